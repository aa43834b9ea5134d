/**
 * Metrics of runs as lines of the Lambda's own log, in the embedded metric format: CloudWatch makes metrics of them, and nothing has to be called. A run has six for
 * each of its regions and six for all together, whatever it does; labels are none of them.
 */
import { MetricResolution, Metrics } from '@aws-lambda-powertools/metrics';
import type { RunMetrics } from '../../../ports/run-metrics.ts';
import {
  allRegions,
  metricsNamespace,
  type RunMetricName,
  regionDimension,
  runDimension,
  runMetrics,
} from '../layout/metrics.ts';

/** `printLine`: to standard output, as it is; what `console.log` of a Lambda puts before a line would spoil it. */
export function createEmfRunMetrics({ printLine }: { printLine(line: string): void }): RunMetrics {
  const metrics = new Metrics({ namespace: metricsNamespace });
  // It would have the service as one more.
  metrics.clearDefaultDimensions();
  return {
    report(measurements) {
      for (const { atMs, failures, region, requests, responseTimeMs: times, runId, users } of measurements) {
        metrics.addDimensions({ [runDimension]: runId, [regionDimension]: region ?? allRegions });
        metrics.setTimestamp(atMs);
        const add = (name: RunMetricName, value: number) =>
          metrics.addMetric(name, runMetrics[name].unit, value, MetricResolution.High);
        add('requests', requests);
        add('failures', failures);
        add('users', users);
        if (times !== null) {
          add('responseTimeP50', times.p50);
          add('responseTimeP95', times.p95);
          add('responseTimeP99', times.p99);
        }
        printLine(JSON.stringify(metrics.serializeMetrics()));
        metrics.clearDimensions();
        metrics.clearMetrics();
      }
    },
  };
}
