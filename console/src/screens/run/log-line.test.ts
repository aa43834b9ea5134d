import { describe, expect, it } from 'vitest';
import { readLogLine } from './log-line.ts';

describe('a line of a log', () => {
  it('is told apart into what is always there and the rest', () => {
    const line =
      '{"time":"2026-01-02T03:04:05.678Z","level":"warn","message":"slow","region":"east","task":3,"runId":"r","ms":12,"of":{"a":[1]},"why":"x"}';
    expect(readLogLine(line)).toEqual({
      timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      level: 'warn',
      message: 'slow',
      rest: 'ms: 12\nof: {\n  "a": [\n    1\n  ]\n}\nwhy: x',
    });
    expect(readLogLine('{"time":"2026-01-02T03:04:05Z","level":"info","message":"go","task":0}').rest).toBeNull();
  });

  it.each([
    'Traceback (most recent call last):',
    '',
    '{',
    '{"message":',
    '{"message":5}',
    '{"level":"info"}',
    'null',
    '[1]',
    '{"time":"now","message":',
  ])('is shown as it is when it is no entry: %j', (line) =>
    expect(readLogLine(line)).toEqual({ timeMs: null, level: null, message: line, rest: null }),
  );

  it('may say nothing of its time and level, or something odd', () => {
    expect(readLogLine('{"message":"m","time":"never","level":4}')).toEqual({
      timeMs: null,
      level: null,
      message: 'm',
      rest: null,
    });
  });
});
