import { createEmfRunMetrics } from '../../../adapters/aws/cloudwatch/run-metrics.ts';
import type { RunMetrics } from '../../../ports/run-metrics.ts';
import { once } from './once.ts';

/** Metrics of runs, by way of this Lambda's log. */
export const runMetrics: () => RunMetrics = once(() =>
  createEmfRunMetrics({ printLine: (line) => void process.stdout.write(`${line}\n`) }),
);
