/**
 * What a criterion looks at: the value of its subject in some statistics - those of a second, or of the whole run.
 *
 * | subject | value |
 * |---|---|
 * | `avg-rt`, `stdev-rt`, `p95` | response time (from the planned start), in seconds; any percentile from 0 to 100 |
 * | `avg-lt` | time to first byte, in seconds, averaged over all requests |
 * | `avg-ct` | time to connect (resolving, TCP, TLS), in seconds, averaged over all requests, those that needed no connection included |
 * | `concurr`, `hits`, `bytes` | users (of a label: requests under way), requests, bytes received |
 * | `succ`, `fail`, `rc<pattern>` | requests, or per cent of them: successful, failed, with a response code that fits the pattern |
 *
 * As in Taurus, `concurr`, `succ` and `fail` may be written on: `concurrency`, `success`, `failures`.
 */
import { LoadstarError } from '../errors.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { matchesPattern } from './code-pattern.ts';
import type { Criterion } from './criterion.ts';

/** Reads a subject's value, in the threshold's unit. The statistics must hold at least one request. */
export type SubjectReader = (statistics: Statistics) => number;

const US_PER_SECOND = 1e6;

/** The reader for a criterion. Throws `scenario_invalid` for a subject that there is not, or that has no percentage. */
export function subjectReader({ subject, percentage, message }: Criterion): SubjectReader {
  const count = requestCounter(subject);
  if (count !== null) {
    return percentage ? (statistics) => (100 * count(statistics)) / statistics.requests : count;
  }
  const read = timeReader(subject) ?? amountReader(subject);
  if (read !== null && !percentage) return read;
  const problem =
    read === null
      ? `there is no subject '${subject}': use avg-rt, avg-lt, avg-ct, stdev-rt, concurr, hits, bytes, succ, fail, p95, rc5??`
      : `'${subject}' cannot be compared with a percentage: only succ, fail and rc can`;
  throw new LoadstarError('scenario_invalid', `Criterion '${message}': ${problem}.`);
}

/** True for subjects whose values add up over seconds: `within` and `over` judge their sum, and of all others the mean. */
export function addsUp({ subject, percentage }: Criterion): boolean {
  return !percentage && (subject === 'hits' || requestCounter(subject) !== null);
}

function timeReader(subject: string): SubjectReader | null {
  // While no response time differed from its service time there is only one distribution.
  const response = (statistics: Statistics) => statistics.responseTime ?? statistics.serviceTime;
  switch (subject) {
    case 'avg-rt':
      return (statistics) => response(statistics).meanUs() / US_PER_SECOND;
    case 'stdev-rt':
      return (statistics) => response(statistics).stdevUs() / US_PER_SECOND;
    case 'avg-lt':
      return (statistics) => statistics.timeToFirstByte.sumUs / statistics.requests / US_PER_SECOND;
    case 'avg-ct':
      return (statistics) => statistics.openingSumUs / statistics.requests / US_PER_SECOND;
  }
  const level = /^p(\d{1,3}(?:\.\d*)?)$/.exec(subject)?.[1];
  if (level === undefined || Number(level) > 100) return null;
  return (statistics) => response(statistics).percentileUs(Number(level)) / US_PER_SECOND;
}

function amountReader(subject: string): SubjectReader | null {
  if (subject === 'hits') return (statistics) => statistics.requests;
  if (subject === 'bytes') return (statistics) => statistics.bytesReceived;
  if (subject.startsWith('concurr')) return (statistics) => statistics.concurrencyMax;
  return null;
}

function requestCounter(subject: string): SubjectReader | null {
  if (subject.startsWith('succ')) return (statistics) => statistics.requests - statistics.failures;
  if (subject.startsWith('fail')) return (statistics) => statistics.failures;
  return subject.startsWith('rc') ? codeCounter(subject.slice(2)) : null;
}

function codeCounter(pattern: string): SubjectReader {
  // Requests that got no response have no code, whether counted as code 0 or not at all: only the pattern for everything counts them.
  if (/^\*+$/.test(pattern)) return (statistics) => statistics.requests;
  const known = new Map<number, boolean>();
  return (statistics) => {
    let sum = 0;
    for (const [code, count] of statistics.codes) {
      let fits = known.get(code);
      if (fits === undefined) {
        fits = code !== 0 && matchesPattern(pattern, String(code));
        known.set(code, fits);
      }
      if (fits) sum += count;
    }
    return sum;
  };
}
