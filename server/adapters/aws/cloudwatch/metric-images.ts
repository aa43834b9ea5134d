/** Charts as CloudWatch draws them, from the metrics of runs. */
import { type CloudWatchClient, GetMetricWidgetImageCommand } from '@aws-sdk/client-cloudwatch';
import type { ChartMetric } from '../../../../core/api/runs.ts';
import { LoadstarError } from '../../../../core/errors.ts';
import type { ChartImages, ChartOrder } from '../../../ports/chart-images.ts';
import {
  allRegions,
  metricsNamespace,
  type RunMetricName,
  regionDimension,
  runDimension,
  runMetrics,
} from '../layout/metrics.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How fine CloudWatch still knows metrics of that age: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const finest = [
  { untilAgeMs: 3 * HOUR_MS, seconds: 10 },
  { untilAgeMs: 15 * DAY_MS, seconds: 60 },
  { untilAgeMs: 63 * DAY_MS, seconds: 300 },
  { untilAgeMs: Number.POSITIVE_INFINITY, seconds: 3_600 },
] as const;
const PERIODS_SECONDS = [10, 30, 60, 300, 3_600] as const;
const POINTS_MAX = 500;

/** What is shown of each metric: its label, and where it is a rate, per second. */
const shown: Readonly<
  Record<ChartMetric, { title: string; axis: string; lines: [RunMetricName, string][]; isRate: boolean }>
> = {
  requestsPerSecond: {
    title: 'Requests per second',
    axis: 'requests/s',
    lines: [
      ['requests', 'requests'],
      ['failures', 'failed'],
    ],
    isRate: true,
  },
  responseTime: {
    title: 'Response time',
    axis: 'ms',
    lines: [
      ['responseTimeP50', 'p50'],
      ['responseTimeP95', 'p95'],
      ['responseTimeP99', 'p99'],
    ],
    isRate: false,
  },
  users: { title: 'Virtual users', axis: 'users', lines: [['users', 'users']], isRate: false },
  failures: { title: 'Failed requests per second', axis: 'requests/s', lines: [['failures', 'failed']], isRate: true },
};

export interface MetricImagesOptions {
  client: Pick<CloudWatchClient, 'send'>;
  /** Where the metrics are. */
  region: string;
  /** Epoch milliseconds. */
  nowMs(): number;
}

export function createMetricImages({ client, nowMs, region }: MetricImagesOptions): ChartImages {
  return {
    async draw(order) {
      const MetricWidget = JSON.stringify(metricWidget(order, region, nowMs()));
      try {
        const { MetricWidgetImage } = await client.send(new GetMetricWidgetImageCommand({ MetricWidget }));
        if (MetricWidgetImage !== undefined) return MetricWidgetImage;
      } catch (error) {
        throw new LoadstarError('chart_failed', `CloudWatch drew no chart: ${(error as Error).message}`, {
          cause: error,
        });
      }
      throw new LoadstarError('chart_failed', 'CloudWatch drew no chart.');
    },
  };
}

/** As GetMetricWidgetImage reads it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html */
export function metricWidget({ height, metric, run, width }: ChartOrder, region: string, nowMs: number): object {
  const { axis, isRate, lines, title } = shown[metric];
  const startMs = run.goAtMs ?? run.createdAtMs;
  const endMs = Math.max(run.endedAtMs ?? nowMs, startMs + 60_000);
  const dimensions = [runDimension, run.id, regionDimension, allRegions];
  const metrics = lines.flatMap(([name, label], i): unknown[][] => {
    const stat = runMetrics[name].statistic;
    const line = [metricsNamespace, name, ...dimensions];
    if (!isRate) return [[...line, { stat, label }]];
    return [
      [{ expression: `m${i}/PERIOD(m${i})`, label, id: `rate${i}` }],
      [...line, { stat, id: `m${i}`, visible: false }],
    ];
  });
  return {
    title,
    width,
    height,
    region,
    view: 'timeSeries',
    timezone: '+0000',
    start: new Date(startMs).toISOString(),
    end: new Date(endMs).toISOString(),
    period: periodSeconds(startMs, endMs, nowMs),
    yAxis: { left: { min: 0, label: axis, showUnits: false } },
    metrics,
  };
}

function periodSeconds(startMs: number, endMs: number, nowMs: number): number {
  const known = finest.find(({ untilAgeMs }) => nowMs - startMs <= untilAgeMs)?.seconds ?? 3_600;
  const wanted = (endMs - startMs) / 1000 / POINTS_MAX;
  return PERIODS_SECONDS.find((seconds) => seconds >= known && seconds >= wanted) ?? 3_600;
}
