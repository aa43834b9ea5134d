/** How a keyword's value is read: one zod schema per kind of value, with messages for people. */
import { z } from 'zod';
import { parseDurationSeconds } from '../duration.ts';
import { describe, isMapping, numberText, type TaurusMapping, type TaurusValue } from './value.ts';

/** A schema from a function that returns the value read, or calls `fail` with what is wrong and returns nothing. */
export function field<T>(read: (value: TaurusValue, fail: (message: string) => undefined) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const result = read(value as TaurusValue, (message) => void context.addIssue({ code: 'custom', message }));
    return result === undefined ? z.NEVER : result;
  });
}

/** A text; numbers as Taurus writes them. */
export const text = field((value, fail) => textOf(value, fail));

/** A text that is not empty and has no control characters: names, labels. */
export const plainText = field((value, fail) => {
  const read = textOf(value, fail);
  if (read === undefined) return undefined;
  if (read.trim() === '') return fail('is empty');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(read)) return fail('holds a control character (such as a line break)');
  return read;
});

/** The text of a scalar. True and false are refused: Taurus would send Python's words for them. */
export function textOf(value: TaurusValue, fail: (message: string) => undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return fail(`${value} is not a text: put it in quotes`);
  return fail(`${describe(value)} is not a text`);
}

export const flag = field((value, fail) => {
  if (typeof value === 'boolean') return value;
  return fail(`${describe(value)} is neither true nor false`);
});

/** Seconds, 0 or more. */
export const duration = field((value, fail) => durationOf(value, fail));

/** Seconds, more than 0. */
export const positiveDuration = field((value, fail) => {
  const seconds = durationOf(value, fail);
  return seconds === 0 ? fail('must be more than 0') : seconds;
});

/** Seconds, 0 or more, of a time. */
export function durationOf(value: TaurusValue, fail: (message: string) => undefined): number | undefined {
  if (isExpression(value)) return fail(EXPRESSION);
  const plain = typeof value === 'bigint' ? Number(value) : value;
  const seconds = typeof plain === 'string' || typeof plain === 'number' ? parseDurationSeconds(plain) : null;
  return (
    seconds ??
    fail(`${describe(value)} is not a time: write seconds, or numbers with units as in 1m30s (ms, s, m, h, d)`)
  );
}

/** A whole number, 0 or more. */
export const wholeNumber = field((value, fail) => wholeNumberOf(value, fail));

/** A whole number, 1 or more. */
export const positiveWholeNumber = field((value, fail) => {
  const read = wholeNumberOf(value, fail);
  return read === 0 ? fail('must be at least 1') : read;
});

export function wholeNumberOf(value: TaurusValue, fail: (message: string) => undefined): number | undefined {
  if (isExpression(value)) return fail(EXPRESSION);
  const read = numberOf(value);
  if (read !== null && Number.isSafeInteger(read) && read >= 0) return read;
  return fail(`${describe(value)} is not a whole number of 0 or more`);
}

/** A number, 0 or more. */
export function rateOf(value: TaurusValue, fail: (message: string) => undefined): number | undefined {
  if (isExpression(value)) return fail(EXPRESSION);
  const read = numberOf(value);
  if (read !== null && Number.isFinite(read) && read >= 0) return read;
  return fail(`${describe(value)} is not a number of 0 or more`);
}

export const mapping = field((value, fail): TaurusMapping | undefined =>
  isMapping(value) ? value : fail(`${describe(value)} is not a mapping`),
);

export const list = field((value, fail): TaurusValue[] | undefined =>
  Array.isArray(value) ? value : fail(`${describe(value)} is not a list`),
);

/** Left as it is, for a reader of its own. */
export const anything = field((value): TaurusValue => value);

const EXPRESSION =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a function of JMeter.
  'a variable or function cannot stand here; write the value, or just ${__P(name,default)} in an execution';

function isExpression(value: TaurusValue): boolean {
  return typeof value === 'string' && value.includes('${');
}

/** A number, also one written as a text; null for anything else. */
function numberOf(value: TaurusValue): number | null {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : null;
}
