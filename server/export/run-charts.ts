/** The charts of a run over time: their titles, their lines. */
import type { ChartMetric, Series } from '../../core/api/runs.ts';
import type { Chart } from './line-chart.ts';

export function chartOf(metric: ChartMetric, { points }: Series): Chart {
  const seconds = points.map(({ second }) => second);
  const line = (name: string, of: (point: Series['points'][number]) => number | null) => ({
    name,
    values: points.map(of),
  });
  const failures = line('failed', (point) => point.failures / point.seconds);
  const percentile = (name: 'p50' | 'p95' | 'p99') =>
    line(name, ({ responseTimeMs }) => (responseTimeMs.count === 0 ? null : responseTimeMs[name]));
  switch (metric) {
    case 'requestsPerSecond': {
      const requests = line('requests', ({ requestsPerSecond }) => requestsPerSecond);
      return { title: 'Requests per second', unit: '/s', seconds, lines: [requests, failures] };
    }
    case 'responseTime':
      return { title: 'Response time', unit: ' ms', seconds, lines: (['p50', 'p95', 'p99'] as const).map(percentile) };
    case 'users':
      return { title: 'Virtual users', unit: '', seconds, lines: [line('users', ({ users }) => users)] };
    case 'failures':
      return { title: 'Failed requests per second', unit: '/s', seconds, lines: [failures] };
  }
}
