import { expect, it } from 'vitest';
import { lastSecondOf } from './last-second.ts';

const goAt = '2026-01-01T00:00:10.000Z';
const nowMs = Date.parse('2026-01-01T00:01:00.500Z');

it.each([
  ['its plan', { durationSeconds: 20.5, goAt, endedAt: null }, 21],
  ['its end, when only iterations end it', { durationSeconds: null, goAt, endedAt: '2026-01-01T00:00:40.000Z' }, 30],
  ['now, while it goes on', { durationSeconds: null, goAt, endedAt: null }, 51],
  ['its beginning, before go', { durationSeconds: null, goAt: null, endedAt: null }, 0],
])('the last second of a run is that of %s', (_what, run, second) => {
  expect(lastSecondOf(run, nowMs)).toBe(second);
});
