import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import { MINIMAL } from './fixtures/texts.ts';
import { readScenario } from './read-scenario.ts';

const NOON = new Date(2026, 10, 22, 12, 0, 0);
const read = (startAt: string, nowMs?: number) =>
  readScenario({
    sources: [
      { name: 'a.yml', text: MINIMAL.replace('scenario: s', `scenario: s, delay: 1m30s, start-at: ${startAt}`) },
    ],
    ...(nowMs === undefined ? {} : { nowMs }),
  }).scenario.executions[0];

describe('start-at', () => {
  it.each([
    ["'2030-12-31 23:30:05'", new Date(2030, 11, 31, 23, 30, 5)],
    ["'2030-12-31 23:30'", new Date(2030, 11, 31, 23, 30, 0)],
    ["'2030-1-2T3:04'", new Date(2030, 0, 2, 3, 4, 0)],
    ["'2030-12-31T23:30:05Z'", new Date('2030-12-31T23:30:05Z')],
    ["'2030-12-31T23:30:05+02:00'", new Date('2030-12-31T21:30:05Z')],
    ["'2030-12-31 23:30-01:30'", new Date('2031-01-01T01:00:00Z')],
  ])('reads %s', (written, instant) => {
    expect(read(written)).toMatchObject({ startAt: instant.toISOString(), delaySeconds: 90 });
  });

  it.each([
    ["'23:30:05'", new Date(2026, 10, 22, 23, 30, 5)],
    ["'7:05'", new Date(2026, 10, 22, 7, 5, 0)],
  ])("takes %s for today's", (written, instant) => {
    expect(read(written, NOON.getTime())?.startAt).toBe(instant.toISOString());
  });

  it.each([
    ["'23:30'", '"23:30" has no date, and is kept for later: write \'2030-12-31 23:30\''],
    ['23:30', "1410 is not a text: put the time in quotes, as in '2030-12-31 23:30'"],
    ["'tomorrow'", "\"tomorrow\" is not a time: '2030-12-31 23:30:00' or '23:30' are"],
    ["'2030-02-31 10:00'", "\"2030-02-31 10:00\" is not a time: '2030-12-31 23:30:00' or '23:30' are"],
    ["'2030-13-01 10:00'", "\"2030-13-01 10:00\" is not a time: '2030-12-31 23:30:00' or '23:30' are"],
    ["'24:00'", "\"24:00\" is not a time: '2030-12-31 23:30:00' or '23:30' are"],
  ])('%s is refused', (written, message) => {
    expect(() => read(written)).toThrow(LoadstarError);
    expect(() => read(written)).toThrow(`execution.start-at: ${message}`);
  });
});
