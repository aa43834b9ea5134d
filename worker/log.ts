/**
 * A task's log: JSON lines `{time, level, message, ...}`. Nothing secret gets in: credentials and query strings of URLs, the run's token and
 * secrets, and fields that hold headers or bodies are blotted out here, whoever logs them.
 */
import { MASKED, type Mask } from '../core/secrets/secret-mask.ts';

export type LogLevel = 'info' | 'warn' | 'error';
export type LogFields = Record<string, unknown>;
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

export interface LogOptions {
  printLine(line: string): void;
  epochMs(): number;
  /** In every line. */
  fields: LogFields;
  /** Blots out what must never appear; asked anew for each line. */
  mask(text: string): string;
}

const SECRET_FIELD =
  /^(?:(?:set-)?cookie|(?:proxy-)?authorization|headers?|body|password|secret|.*token|.*credentials?)$/i;
const TEXT_LENGTH_MAX = 2_000;
const DEPTH_MAX = 4;
const ENTRIES_MAX = 50;

/** The log of one task. Its own fields (`time`, `level`, `message`) win over ones of the same name. */
export function createLog(options: LogOptions): Log {
  return (level, message, fields = {}) => {
    const fixed = {
      time: new Date(options.epochMs()).toISOString(),
      level,
      message: cleanText(message, options.mask),
    };
    // Twice: first for the order of the fields, last so that nothing overwrites them.
    const line = Object.assign({}, fixed, clean({ ...options.fields, ...fields }, options.mask, 0), fixed);
    options.printLine(JSON.stringify(line));
  };
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The text without credentials and query strings of URLs, at most 2,000 characters of it. */
export function withoutUrlSecrets(text: string): string {
  // Both patterns take time in proportion to the text, however hostile it is.
  const cleaned = text.replace(/:\/\/[^\s/?#]*@/g, `://${MASKED}@`).replace(/[^\s"']+/g, (word) => withoutQuery(word));
  return cleaned.length > TEXT_LENGTH_MAX ? `${cleaned.slice(0, TEXT_LENGTH_MAX)}...` : cleaned;
}

function withoutQuery(word: string): string {
  const scheme = word.indexOf('://');
  const query = scheme < 0 ? -1 : word.indexOf('?', scheme);
  return query < 0 ? word : `${word.slice(0, query)}?${MASKED}`;
}

function cleanText(text: string, mask: Mask): string {
  return withoutUrlSecrets(mask(text));
}

function clean(value: unknown, mask: Mask, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value, mask);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '[...]';
  if (value instanceof Error) return cleanText(value.message, mask);
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map((entry) => clean(entry, mask, depth + 1));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  const cleaned: LogFields = {};
  for (const [key, entry] of Object.entries(value).slice(0, ENTRIES_MAX)) {
    cleaned[key] = SECRET_FIELD.test(key) ? MASKED : clean(entry, mask, depth + 1);
  }
  return cleaned;
}
