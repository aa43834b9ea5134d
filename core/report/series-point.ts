/** A point of a series, as the API gives it and as the console makes it of live data. */
import type { Series } from '../api/runs.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { summarizeDistribution } from './summarize.ts';

/** `second` from go; `seconds` that the statistics span. */
export function seriesPointOf(span: {
  second: number;
  seconds: number;
  statistics: Statistics;
}): Series['points'][number] {
  const { second, seconds, statistics } = span;
  return {
    second,
    seconds,
    users: statistics.concurrencyMax,
    requests: statistics.requests,
    failures: statistics.failures,
    requestsPerSecond: statistics.requests / seconds,
    bytesSentPerSecond: statistics.bytesSent / seconds,
    bytesReceivedPerSecond: statistics.bytesReceived / seconds,
    codes: Object.fromEntries([...statistics.codes].sort(([one], [other]) => one - other)),
    responseTimeMs: summarizeDistribution(statistics.responseTime ?? statistics.serviceTime),
  };
}
