/** Holds a report against what its target knows to be true. */

import type { Report } from '../../core/report/report.ts';
import type { CountReport } from '../../practice-target/served-counts.ts';
import { formatCount } from '../terminal/numbers.ts';

export interface TargetCheck {
  matches: boolean;
  /** The outcome in a sentence, for people. */
  words: string;
}

/**
 * Compares the report's answers, by status code, with those that the target served. A request that was cut off at the end may have been
 * served all the same: so many more the target may have.
 */
export function checkAgainstTarget(report: Report, target: CountReport): TargetCheck {
  const reported = new Map(
    Object.entries(report.total.codes)
      .map(([code, count]): [number, number] => [Number(code), count])
      .filter(([code]) => code >= 100),
  );
  const served = new Map<number, number>();
  for (const { status, count } of target.counts) served.set(status, (served.get(status) ?? 0) + count);
  const differences = [...new Set([...reported.keys(), ...served.keys()])]
    .map((code) => ({ code, more: (served.get(code) ?? 0) - (reported.get(code) ?? 0) }))
    .filter(({ more }) => more !== 0);
  const servedCount = formatCount(target.served);
  if (differences.length === 0) {
    return {
      matches: true,
      words: `The target served exactly ${servedCount} requests: the report matches, code by code.`,
    };
  }
  const { unfinishedRequests } = report.total;
  const more = differences.reduce((sum, difference) => sum + difference.more, 0);
  if (differences.every((difference) => difference.more > 0) && more <= unfinishedRequests) {
    return {
      matches: true,
      words: `The target served ${servedCount} requests: the report matches; ${formatCount(more)} of them were cut off before they ended.`,
    };
  }
  const codes = differences.map(
    (difference) => `${difference.more > 0 ? '+' : ''}${difference.more} x ${difference.code}`,
  );
  return {
    matches: false,
    words: `The target served ${servedCount} requests: the report does NOT match (target against report: ${codes.join(', ')}).`,
  };
}
