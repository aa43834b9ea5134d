/** Statistics as people and pipelines read them: milliseconds, percentiles, lists in a fixed order. */
import { limits } from '../limits.ts';
import { Distribution } from '../statistics/distribution.ts';
import { type ErrorCount, OTHER_ERROR, type Statistics } from '../statistics/statistics.ts';
import type { DistributionSummary, ErrorSummary, StatisticsSummary } from './report.ts';

const nothing = new Distribution();

/**
 * The summary of statistics. `requestsPerSecond` is over the time from go to the last end, or over `durationSeconds` when given; 0 when
 * that is 0.
 */
export function summarize(
  statistics: Statistics,
  durationSeconds: number = statistics.lastEndedUs / 1e6,
): StatisticsSummary {
  return {
    requests: statistics.requests,
    failures: statistics.failures,
    plannedStarts: statistics.plannedStarts,
    lateStarts: statistics.lateStarts,
    droppedStarts: statistics.droppedStarts,
    unfinishedRequests: statistics.unfinishedRequests,
    requestsPerSecond: durationSeconds > 0 ? statistics.requests / durationSeconds : 0,
    bytesSent: statistics.bytesSent,
    bytesReceived: statistics.bytesReceived,
    concurrencyMax: statistics.concurrencyMax,
    responseTimeMs: summarizeDistribution(statistics.responseTime ?? statistics.serviceTime),
    serviceTimeMs: summarizeDistribution(statistics.serviceTime),
    timeToFirstByteMs: summarizeDistribution(statistics.timeToFirstByte),
    resolveMs: summarizeDistribution(statistics.resolve ?? nothing),
    connectMs: summarizeDistribution(statistics.connect ?? nothing),
    tlsHandshakeMs: summarizeDistribution(statistics.tls ?? nothing),
    transferMs: summarizeDistribution(statistics.transfer ?? nothing),
    codes: Object.fromEntries([...statistics.codes].sort(([one], [other]) => one - other)),
    errors: summarizeErrors(statistics.errors),
  };
}

/** In milliseconds; all zero when it is empty. */
export function summarizeDistribution(distribution: Distribution): DistributionSummary {
  const ms = (percentile: number) => distribution.percentileUs(percentile) / 1000;
  return {
    count: distribution.count,
    min: distribution.count === 0 ? 0 : distribution.minUs / 1000,
    mean: distribution.meanUs() / 1000,
    stdev: distribution.stdevUs() / 1000,
    p50: ms(50),
    p75: ms(75),
    p90: ms(90),
    p95: ms(95),
    p99: ms(99),
    p999: ms(99.9),
    max: distribution.maxUs / 1000,
  };
}

/** The most frequent first, then by type and message; what exceeds `limits.errorTypesMax` as one `OTHER_ERROR` at the end. */
function summarizeErrors(errors: ReadonlyMap<string, ErrorCount>): ErrorSummary[] {
  const named: ErrorSummary[] = [];
  let others = 0;
  for (const error of errors.values()) {
    const isOther = error.type === OTHER_ERROR.type && error.message === OTHER_ERROR.message;
    if (isOther) others += error.count;
    else named.push({ ...error });
  }
  named.sort(
    (one, other) =>
      other.count - one.count || compareTexts(one.type, other.type) || compareTexts(one.message, other.message),
  );
  for (const error of named.splice(limits.errorTypesMax)) others += error.count;
  return others > 0 ? [...named, { ...OTHER_ERROR, count: others, example: null }] : named;
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
