/** A line of a task's log: JSON with time, level, message and more, or whatever else a program printed. */

export interface LogLine {
  /** Milliseconds since 1970; null where it does not say. */
  timeMs: number | null;
  level: string | null;
  message: string;
  /** The other fields, for people; null when there are none. */
  rest: string | null;
}

/** Said of each line of the same log. */
const KNOWN_FIELDS = new Set(['region', 'task', 'runId']);

export function readLogLine(line: string): LogLine {
  const fields = fieldsOf(line);
  if (fields === null || typeof fields.message !== 'string') {
    return { timeMs: null, level: null, message: line, rest: null };
  }
  const { time, level, message, ...others } = fields;
  const timeMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  const more = Object.entries(others).filter(([name]) => !KNOWN_FIELDS.has(name));
  return {
    timeMs: Number.isNaN(timeMs) ? null : timeMs,
    level: typeof level === 'string' ? level : null,
    message,
    rest: more.length === 0 ? null : more.map(([name, value]) => `${name}: ${shown(value)}`).join('\n'),
  };
}

function fieldsOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));
