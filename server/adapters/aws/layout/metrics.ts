/** Metrics of runs in CloudWatch: what the tick writes, and what dashboards and pictures of charts show. */

export const metricsNamespace = 'Loadstar';

/** The dimensions of each of them. */
export const runDimension = 'run';
export const regionDimension = 'region';
/** Value of the region's dimension for all regions of the run together. */
export const allRegions = 'all';

/**
 * A value for each region and each part of the run that was folded, some seconds long. Requests and failures add up; percentiles do not, so what is shown of a
 * longer time is the worst of its parts (`Maximum`), and so it is with users.
 */
export const runMetrics = {
  requests: { unit: 'Count', statistic: 'Sum' },
  failures: { unit: 'Count', statistic: 'Sum' },
  users: { unit: 'Count', statistic: 'Maximum' },
  responseTimeP50: { unit: 'Milliseconds', statistic: 'Maximum' },
  responseTimeP95: { unit: 'Milliseconds', statistic: 'Maximum' },
  responseTimeP99: { unit: 'Milliseconds', statistic: 'Maximum' },
} as const;
export type RunMetricName = keyof typeof runMetrics;
