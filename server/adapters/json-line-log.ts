/** The control plane's log as JSON lines `{time, level, message, ...}`. */
import type { Log } from '../ports/log.ts';

const TEXT_LENGTH_MAX = 10_000;
const BLOTTED = '[redacted]';
/** Nobody should log such a field; if somebody does, it does not get out. */
const SECRET_FIELD = /^(authorization|cookie|password|secret|.*token)$/i;

/** `nowMs`: epoch milliseconds. Fields named like the line's own (`time`, `level`, `message`) give way to them. */
export function createJsonLineLog(writeLine: (line: string) => void, nowMs: () => number): Log {
  return (level, message, fields = {}) => {
    const own = { time: new Date(nowMs()).toISOString(), level, message };
    // Twice: for the order of the fields, and so that nothing overwrites them.
    const line = { ...own, ...fields, ...own };
    writeLine(JSON.stringify(line, (key, value: unknown) => loggable(key, value)));
  };
}

/** For `JSON.stringify`: no secrets, no texts without end. */
export function loggable(key: string, value: unknown): unknown {
  if (SECRET_FIELD.test(key)) return BLOTTED;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Error) return shortened(value.stack ?? value.message);
  return typeof value === 'string' ? shortened(value) : value;
}

function shortened(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}...` : text;
}
