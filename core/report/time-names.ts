/** The distributions of times that a report has of requests, in the order in which they are shown, and what people call them. */
import type { DistributionSummary, StatisticsSummary } from './report.ts';

type TimeOf<Key extends keyof StatisticsSummary> = StatisticsSummary[Key] extends DistributionSummary ? Key : never;

export const timeNames: readonly [
  key: { [Key in keyof StatisticsSummary]: TimeOf<Key> }[keyof StatisticsSummary],
  name: string,
][] = [
  ['responseTimeMs', 'Response time'],
  ['serviceTimeMs', 'Service time'],
  ['timeToFirstByteMs', 'Time to first byte'],
  ['resolveMs', 'Name resolution'],
  ['connectMs', 'TCP connect'],
  ['tlsHandshakeMs', 'TLS handshake'],
  ['transferMs', 'Transfer'],
];
