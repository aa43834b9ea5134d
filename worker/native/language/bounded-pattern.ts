/**
 * Regular expressions that cannot hold up a task. V8 is told to go on in linear time when a match takes too many steps back; patterns
 * that it cannot match so (with what looks ahead, or refers back) run with a deadline, which costs some 0.2 ms each time.
 */
import { setFlagsFromString } from 'node:v8';
import { compilePattern } from '../../../core/language/perl-pattern.ts';
import { withDeadline } from './deadline.ts';

const STEPS_BACK_MAX = 20_000;
const DEADLINE_MS = 1_000;
/** Matches that are looked for when all are asked for. */
export const MATCHES_MAX = 10_000;

setFlagsFromString('--enable-experimental-regexp-engine');
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
setFlagsFromString(`--regexp-backtracks-before-fallback=${STEPS_BACK_MAX}`);

export interface BoundedPattern {
  /** The first `countMax` matches; none when the deadline passes. */
  find(text: string, countMax: number): RegExpExecArray[];
  /** Whether there is a match; not when the deadline passes. */
  isIn(text: string): boolean;
  /** Whether all of the text is one match. */
  isWhole(text: string): boolean;
}

/** Stands for itself. */
const plain = /^[^\\^$.|?*+()[\]{}]*$/;

/** Throws `PatternProblem`. */
export function boundedPattern(pattern: string): BoundedPattern {
  const { expression, hasEnd } = compilePattern(pattern, 'g');
  const run = isLinear(expression) ? runFreely : runWithDeadline;
  const find = (text: string, countMax: number): RegExpExecArray[] => {
    const matches = run(() => allMatches(expression, text, countMax)) ?? [];
    if (matches.length > 0 || !hasEnd || !text.endsWith('\n')) return matches;
    return run(() => allMatches(expression, text.slice(0, -1), countMax)) ?? [];
  };
  const { source, flags } = expression;
  const whole = new RegExp(`^(?:${source})$`, flags.replace(/[gm]/g, ''));
  const isIn = plain.test(pattern)
    ? (text: string) => text.includes(pattern)
    : (text: string) => find(text, 1).length > 0;
  return { find, isIn, isWhole: (text) => run(() => whole.test(text)) ?? false };
}

function allMatches(expression: RegExp, text: string, countMax: number): RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  expression.lastIndex = 0;
  while (matches.length < countMax) {
    const match = expression.exec(text);
    if (match === null) break;
    matches.push(match);
    if (match[0] === '') expression.lastIndex++;
    // JMeter looks for nothing more when a match has reached the end.
    else if (expression.lastIndex >= text.length) break;
  }
  return matches;
}

function isLinear({ source, flags }: RegExp): boolean {
  try {
    new RegExp(source, `${flags}l`);
    return true;
  } catch {
    return false;
  }
}

type Run = <Result>(work: () => Result) => Result | null;

const runFreely: Run = (work) => work();

/** None when the deadline passes. */
const runWithDeadline: Run = (work) => withDeadline(DEADLINE_MS, work);
