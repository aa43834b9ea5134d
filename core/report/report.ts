/**
 * The report of a run, version 1: the shape that scripts rely on. Fields may be added, never renamed or removed.
 * Times are milliseconds (floating point, microsecond resolution, percentiles exact to three significant digits).
 */
import { z } from 'zod';

export const REPORT_SCHEMA = 'loadstar.report.v1';

/** A distribution of durations in milliseconds; all zero when nothing was measured (`count` 0). */
export const distributionSummarySchema = z.object({
  count: z.int().min(0),
  min: z.number(),
  mean: z.number(),
  /** Of the population (divided by n). */
  stdev: z.number(),
  p50: z.number(),
  p75: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});
export type DistributionSummary = z.infer<typeof distributionSummarySchema>;

/** Reports that were made before there was such a field have none. */
const addedLaterSchema = distributionSummarySchema.default({
  count: 0,
  min: 0,
  mean: 0,
  stdev: 0,
  p50: 0,
  p75: 0,
  p90: 0,
  p95: 0,
  p99: 0,
  p999: 0,
  max: 0,
});

export const errorSummarySchema = z.object({
  type: z.string(),
  message: z.string(),
  count: z.int().min(1),
  example: z.string().nullable(),
});
export type ErrorSummary = z.infer<typeof errorSummarySchema>;

export const statisticsSummarySchema = z.object({
  /** Samples: requests that ended, well or not. A request with the redirects it followed is one. */
  requests: z.int().min(0),
  failures: z.int().min(0),
  /** Starts that the plan asked for up to the end of the load: requests + unfinishedRequests + droppedStarts. */
  plannedStarts: z.int().min(0),
  /** Open model: starts that found no free user and had to wait for one. */
  lateStarts: z.int().min(0),
  /** Open model: planned starts that never began. Known for regions and the total only. */
  droppedStarts: z.int().min(0),
  /** Requests that were under way when the load was stopped, and got no verdict. */
  unfinishedRequests: z.int().min(0),
  /** requests / (last end - go). */
  requestsPerSecond: z.number(),
  /** On the wire: head and body, without TLS and TCP overhead. */
  bytesSent: z.int().min(0),
  bytesReceived: z.int().min(0),
  /**
   * Total and regions: virtual users active at once; labels: requests of the label under way at once. Sum over tasks of each one's
   * maximum within the same second, and of these the largest second.
   */
  concurrencyMax: z.int().min(0),
  /** Planned start to end. In the closed model the planned start is the actual one. */
  responseTimeMs: distributionSummarySchema,
  /** Sent to end. */
  serviceTimeMs: distributionSummarySchema,
  timeToFirstByteMs: distributionSummarySchema,
  /** The host's name to addresses; counts only requests that asked a resolver. */
  resolveMs: addedLaterSchema,
  /** TCP; counts only requests that opened a connection. */
  connectMs: distributionSummarySchema,
  /** Counts only requests that opened a connection with TLS. */
  tlsHandshakeMs: addedLaterSchema,
  /** First byte of the response to end. */
  transferMs: addedLaterSchema,
  /** Every response code, not only errors. */
  codes: z.record(z.string(), z.int()),
  errors: z.array(errorSummarySchema),
});
export type StatisticsSummary = z.infer<typeof statisticsSummarySchema>;

export const generatorReportSchema = z.object({
  region: z.string(),
  task: z.int().min(0),
  /** delivered: its result is in. lost: it is not; what its segments held is in the report all the same. */
  state: z.enum(['delivered', 'lost']),
  healthy: z.boolean(),
  /** Why it is not healthy, or what to bear in mind, for people. */
  remarks: z.array(z.string()),
  cpuPercentMax: z.number(),
  cpuPercentMean: z.number(),
  eventLoopLagMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  startLatenessMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  startSkewMs: z.number(),
  memoryBytesMax: z.number(),
});
export type GeneratorReport = z.infer<typeof generatorReportSchema>;

export const criterionReportSchema = z.object({
  /** As it was written. */
  message: z.string(),
  subject: z.string(),
  label: z.string(),
  triggered: z.boolean(),
  triggeredAtSecond: z.number().nullable(),
  value: z.number().nullable(),
  threshold: z.number(),
  unit: z.enum(['seconds', 'percent', 'count', 'bytes']),
  /** passed: it did not trigger, or it triggers without failing the run. */
  passed: z.boolean(),
});
export type CriterionReport = z.infer<typeof criterionReportSchema>;

export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  runId: z.string(),
  scenario: z.string(),
  status: z.enum(['complete', 'failed', 'cancelled']),
  /** invalid: a generator was unhealthy, so the numbers do not tell about the target. none: no criteria, or nothing to judge. */
  verdict: z.enum(['passed', 'failed', 'invalid', 'none']),
  /** Why it failed, was cancelled or is invalid; and what is missing from it. For people. */
  remarks: z.array(z.string()),
  /** True when not everything that was planned is in it: cancelled, failed, or tasks lost. */
  partial: z.boolean(),
  tasksPlanned: z.int().min(1),
  tasksDelivered: z.int().min(0),
  tasksLost: z.int().min(0),
  /** ISO 8601. Go, or the start of the run when it never came to go. */
  startedAt: z.string(),
  endedAt: z.string(),
  /** Go to the last end. */
  durationSeconds: z.number(),
  total: statisticsSummarySchema,
  regions: z.record(z.string(), statisticsSummarySchema),
  labels: z.array(statisticsSummarySchema.extend({ label: z.string() })),
  generators: z.array(generatorReportSchema),
  criteria: z.array(criterionReportSchema),
});
export type Report = z.infer<typeof reportSchema>;
