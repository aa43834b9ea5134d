/**
 * A task's log: JSON lines `{time, level, message, ...}`. Nothing secret gets in: credentials and query strings of URLs, the run's token,
 * and fields that hold headers or bodies are blotted out here, whoever logs them.
 */
export type LogLevel = 'info' | 'warn' | 'error';
export type LogFields = Record<string, unknown>;
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

export interface LogOptions {
  printLine(line: string): void;
  epochMs(): number;
  /** In every line. */
  fields: LogFields;
  /** Texts that must never appear. */
  secrets: readonly string[];
}

const BLOTTED = '[redacted]';
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
      message: cleanText(message, options.secrets),
    };
    // Twice: first for the order of the fields, last so that nothing overwrites them.
    const line = Object.assign({}, fixed, clean({ ...options.fields, ...fields }, options.secrets, 0), fixed);
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
  const cleaned = text.replace(/:\/\/[^\s/?#]*@/g, `://${BLOTTED}@`).replace(/[^\s"']+/g, (word) => withoutQuery(word));
  return cleaned.length > TEXT_LENGTH_MAX ? `${cleaned.slice(0, TEXT_LENGTH_MAX)}...` : cleaned;
}

function withoutQuery(word: string): string {
  const scheme = word.indexOf('://');
  const query = scheme < 0 ? -1 : word.indexOf('?', scheme);
  return query < 0 ? word : `${word.slice(0, query)}?${BLOTTED}`;
}

function cleanText(text: string, secrets: readonly string[]): string {
  let cleaned = text;
  for (const secret of secrets) if (secret !== '') cleaned = cleaned.replaceAll(secret, BLOTTED);
  return withoutUrlSecrets(cleaned);
}

function clean(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return cleanText(value, secrets);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '[...]';
  if (value instanceof Error) return cleanText(value.message, secrets);
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map((entry) => clean(entry, secrets, depth + 1));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  const cleaned: LogFields = {};
  for (const [key, entry] of Object.entries(value).slice(0, ENTRIES_MAX)) {
    cleaned[key] = SECRET_FIELD.test(key) ? BLOTTED : clean(entry, secrets, depth + 1);
  }
  return cleaned;
}
