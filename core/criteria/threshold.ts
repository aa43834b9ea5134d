/** The words for what a criterion looks at, and how the threshold beside each is read. */
import { parseDurationSeconds } from '../duration.ts';
import { describe, type TaurusValue } from '../input/value.ts';

export interface Subject {
  /** As `Criterion.subject` has it. */
  name: string;
  /** The threshold in the subject's unit, or what is wrong with it. */
  threshold(written: TaurusValue): number | string;
}

/** For "did you mean". */
export const subjectWords = [
  'avg-rt',
  'avg-lt',
  'avg-ct',
  'stdev-rt',
  'concurrency',
  'hits',
  'bytes',
  'success',
  'failures',
  'p95',
  'rc500',
];

const TIMES = ['avg-rt', 'avg-lt', 'avg-ct', 'stdev-rt'];

/** Null when nothing of that name is measured. */
export function readSubject(written: string): Subject | null {
  if (TIMES.includes(written)) return { name: written, threshold: secondsThreshold };
  if (written.startsWith('concurr')) return { name: 'concurr', threshold: countThreshold };
  if (written === 'hits') return { name: written, threshold: countThreshold };
  if (written === 'bytes') return { name: written, threshold: bytesThreshold };
  if (written.startsWith('succ')) return { name: 'succ', threshold: countOrPercentThreshold };
  if (written.startsWith('fail')) return { name: 'fail', threshold: countOrPercentThreshold };
  const level = /^p(\d{1,3}(?:\.\d{1,6})?)$/.exec(written)?.[1];
  if (level !== undefined && Number(level) <= 100) return { name: `p${Number(level)}`, threshold: secondsThreshold };
  // Codes are numbers here: a failure without a response has none, and is counted by `fail`.
  if (/^rc[\d?*[\]!-]+$/.test(written)) return { name: written, threshold: countOrPercentThreshold };
  return null;
}

const NO_PERCENTAGE = 'cannot be a percentage here: only succ, fail and rc have one';

function secondsThreshold(written: TaurusValue): number | string {
  if (isPercentage(written)) return NO_PERCENTAGE;
  const plain = plainOf(written);
  const seconds = plain === null ? null : parseDurationSeconds(plain);
  return seconds ?? `${describe(written)} is not a time: 500ms or 2s are`;
}

function countThreshold(written: TaurusValue): number | string {
  if (isPercentage(written)) return NO_PERCENTAGE;
  return numberOf(written) ?? `${describe(written)} is not a number of 0 or more`;
}

function countOrPercentThreshold(written: TaurusValue): number | string {
  if (!isPercentage(written)) return countThreshold(written);
  return numberOf(String(written).trim().slice(0, -1)) ?? `${describe(written)} is not a percentage`;
}

/** Taurus' sizes: k and m are 1024 and 1024 * 1024. */
function bytesThreshold(written: TaurusValue): number | string {
  if (isPercentage(written)) return NO_PERCENTAGE;
  const match = /^\s*(\d+(?:\.\d+)?)\s*(b|kb?|kib|mb?|mib)?\s*$/i.exec(String(plainOf(written) ?? ''));
  if (match === null) return `${describe(written)} is not a size: 500, 10k or 2.5m are`;
  const unit = (match[2] ?? 'b').toLowerCase()[0];
  return Number(match[1]) * (unit === 'k' ? 1024 : unit === 'm' ? 1024 * 1024 : 1);
}

function isPercentage(written: TaurusValue): boolean {
  return typeof written === 'string' && written.trim().endsWith('%');
}

function numberOf(written: TaurusValue): number | null {
  const plain = plainOf(written);
  const number = typeof plain === 'string' ? (/^\s*\d+(\.\d+)?\s*$/.test(plain) ? Number(plain) : Number.NaN) : plain;
  return number !== null && Number.isFinite(number) && number >= 0 ? number : null;
}

function plainOf(written: TaurusValue): string | number | null {
  if (typeof written === 'bigint') return Number(written);
  return typeof written === 'string' || typeof written === 'number' ? written : null;
}
