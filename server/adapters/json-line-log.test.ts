import { describe, expect, it } from 'vitest';
import { createJsonLineLog } from './json-line-log.ts';

function logged(write: (log: ReturnType<typeof createJsonLineLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(
    createJsonLineLog(
      (line) => lines.push(line),
      () => 0,
    ),
  );
  for (const line of lines) expect(line).not.toContain('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('writes a line for each message', () => {
    expect(logged((log) => log('info', 'started', { port: 8080 }))).toEqual([
      { time: '1970-01-01T00:00:00.000Z', level: 'info', message: 'started', port: 8080 },
    ]);
  });

  it('lets no field pass for another line, nor for its own fields', () => {
    const [line] = logged((log) =>
      log('warn', 'a\nb', { level: 'error', message: 'x', time: 'y', path: '/\n{"level":"error"}' }),
    );
    expect(line).toMatchObject({
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'a\nb',
      path: '/\n{"level":"error"}',
    });
  });

  it('keeps secrets to itself, wherever they lie', () => {
    const fields = {
      token: 'secret',
      runToken: 'secret',
      headers: { Authorization: 'secret', cookie: 'secret' },
      list: [{ password: 'secret' }],
    };
    expect(JSON.stringify(logged((log) => log('info', 'x', fields)))).not.toContain('secret');
  });

  it('writes errors with where they happened, whole numbers of any size, and long texts in part', () => {
    const [line] = logged((log) =>
      log('error', 'x', { error: new Error('broken'), count: 2n ** 64n, text: 'y'.repeat(100_000) }),
    );
    expect(line?.error).toMatch(/^Error: broken\n +at /);
    expect(line?.count).toBe('18446744073709551616');
    expect(String(line?.text)).toHaveLength(10_003);
  });
});
