import { describe, expect, it } from 'vitest';
import { maskOf } from '../core/secrets/secret-mask.ts';
import { createLog, type LogFields, withoutUrlSecrets } from './log.ts';

function logged(message: string, fields: LogFields = {}, secrets: string[] = []): Record<string, unknown> {
  const lines: string[] = [];
  const log = createLog({
    printLine: (line) => lines.push(line),
    epochMs: () => 0,
    fields: { region: 'local', task: 3 },
    mask: maskOf(secrets) ?? ((text) => text),
  });
  log('warn', message, fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('\n');
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('createLog', () => {
  it('writes one JSON line with time, level, message and the fields', () => {
    expect(logged('two\nlines', { requests: 5 })).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'warn',
      message: 'two\nlines',
      region: 'local',
      task: 3,
      requests: 5,
    });
  });

  it('lets no field overwrite its own', () => {
    const line = logged('hello', { time: 'never', level: 'none', message: 'other' });
    expect(line).toMatchObject({ time: '1970-01-01T00:00:00.000Z', level: 'warn', message: 'hello' });
  });

  it.each([
    ['http://user:pass@host/a', 'http://[redacted]@host/a'],
    ['see https://u:p@ss@host:1/a and more', 'see https://[redacted]@host:1/a and more'],
    ['GET http://host/a?key=1234 failed', 'GET http://host/a?[redacted] failed'],
    ['s3://id:key@bucket/run?X-Amz-Signature=abc', 's3://[redacted]@bucket/run?[redacted]'],
    ['nothing@to.hide, a?b', 'nothing@to.hide, a?b'],
  ])('blots out what URLs hide: %s', (text, shown) => {
    expect(logged(text).message).toBe(shown);
    expect(logged('x', { url: text }).url).toBe(shown);
    expect(logged('x', { error: new Error(text) }).error).toBe(shown);
    expect(withoutUrlSecrets(text)).toBe(shown);
  });

  it('blots out tokens and fields that hold headers or bodies, at any depth', () => {
    const line = logged(
      'token t0ps3cret',
      {
        request: { Headers: { accept: '*/*' }, body: 'card=1234', Authorization: 'Basic x', 'set-cookie': 'a=b' },
        list: [{ runToken: 'abc' }, 'has t0ps3cret in it'],
      },
      ['t0ps3cret', ''],
    );
    expect(line.message).toBe('token [redacted]');
    expect(line.request).toEqual({
      Headers: '[redacted]',
      body: '[redacted]',
      Authorization: '[redacted]',
      'set-cookie': '[redacted]',
    });
    expect(line.list).toEqual([{ runToken: '[redacted]' }, 'has [redacted] in it']);
  });

  it('stays small and whole, whatever it is given', () => {
    const circular: Record<string, unknown> = { big: 10n, bytes: new Uint8Array(9) };
    circular.self = circular;
    for (const hostile of ['x', '://', '://a', 'a?', '@', '://?@']) logged(hostile.repeat(1_000_000));
    const line = logged('x'.repeat(100_000), { circular, many: Array.from({ length: 1_000 }, (_, i) => i) });
    expect(String(line.message).length).toBeLessThan(2_100);
    expect(line.circular).toMatchObject({ big: '10', bytes: '[9 bytes]' });
    expect(line.many).toHaveLength(50);
  });
});
