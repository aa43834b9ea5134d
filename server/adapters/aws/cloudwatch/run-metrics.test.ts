import { describe, expect, it } from 'vitest';
import { assumptions } from '../../../../core/cost/usage.ts';
import { runMetrics } from '../layout/metrics.ts';
import { createEmfRunMetrics } from './run-metrics.ts';

describe('metrics of runs in the log of a Lambda', () => {
  const at = Date.now();
  const measured = { runId: 'run-1', atMs: at, requests: 50, failures: 2, users: 7 };

  it('are as many as their cost is reckoned for', () => {
    expect(Object.keys(runMetrics)).toHaveLength(assumptions.metricsPerRegion);
  });

  it('are lines of the embedded metric format: a region each, with the run and the region as dimensions', () => {
    const lines: string[] = [];
    const metrics = createEmfRunMetrics({ printLine: (line) => lines.push(line) });
    const responseTimeMs = { p50: 5, p95: 9.5, p99: 20 };
    metrics.report([
      { ...measured, region: 'eu-west-1', responseTimeMs },
      { ...measured, region: null, atMs: at + 5_000, requests: 0, responseTimeMs: null },
    ]);
    const [one, other] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const metric = (Name: string, Unit: string) => ({ Name, Unit, StorageResolution: 1 });
    expect(one).toEqual({
      _aws: {
        Timestamp: at,
        CloudWatchMetrics: [
          {
            Namespace: 'Loadstar',
            Dimensions: [['run', 'region']],
            Metrics: [
              metric('requests', 'Count'),
              metric('failures', 'Count'),
              metric('users', 'Count'),
              metric('responseTimeP50', 'Milliseconds'),
              metric('responseTimeP95', 'Milliseconds'),
              metric('responseTimeP99', 'Milliseconds'),
            ],
          },
        ],
      },
      run: 'run-1',
      region: 'eu-west-1',
      requests: 50,
      failures: 2,
      users: 7,
      responseTimeP50: 5,
      responseTimeP95: 9.5,
      responseTimeP99: 20,
    });
    expect(other).toMatchObject({ _aws: { Timestamp: at + 5_000 }, region: 'all', requests: 0, users: 7 });
    expect(Object.keys(other ?? {})).not.toContain('responseTimeP50');
    for (const line of lines) expect(line).not.toContain('\n');
  });
});
