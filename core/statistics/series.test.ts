import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, OTHER_LABEL } from '../limits.ts';
import {
  type MadeSecond,
  madeSecond,
  plain,
  plainWindow,
  recordSample,
  type Sample,
  windowOf,
} from './fixtures/samples.ts';
import { foldRareErrors } from './fold-errors.ts';
import { mergeSegments } from './merge-segments.ts';
import { SegmentWriter } from './segment.ts';
import { SeriesRollup, SeriesTotals } from './series.ts';
import { OTHER_ERROR, phases, Statistics } from './statistics.ts';
import { totalOfWindow, type Window } from './window.ts';
import { WindowReader } from './window-reader.ts';

const SEGMENT_SECONDS = 3;

function segmentOf(region: string, task: number, index: number, windows: readonly Window[]): Uint8Array {
  const firstSecond = index * SEGMENT_SECONDS;
  const writer = new SegmentWriter({ region, tasks: [task], index, firstSecond, seconds: SEGMENT_SECONDS });
  for (const window of windows) writer.addWindow(window);
  return writer.finish();
}

/** A task's windows as segments. */
function segmentsOf(region: string, task: number, seconds: readonly MadeSecond[]): Uint8Array[] {
  const segments: Uint8Array[] = [];
  for (let first = 0; first < seconds.length; first += SEGMENT_SECONDS) {
    const windows = seconds.slice(first, first + SEGMENT_SECONDS).map((made, i) => windowOf(first + i, made));
    segments.push(segmentOf(region, task, first / SEGMENT_SECONDS, windows));
  }
  return segments;
}

/** Errors without examples, which segments keep for all their seconds at once. */
const second = madeSecond.map((made) => ({
  ...made,
  samples: made.samples.map((sample) => ({
    ...sample,
    error: sample.error === null ? null : { ...sample.error, example: null },
  })),
}));
const seconds = fc.array(second, { minLength: 1, maxLength: 7 });

describe('SeriesRollup', () => {
  it('gives ticks that hold what their seconds held, with the largest concurrency', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: 1, max: 4 }), (made, tickSeconds) => {
        const expected = new Map<number, { labels: Map<string, Statistics>; task: Statistics }>();
        const ticks: unknown[] = [];
        const rollup = new SeriesRollup(tickSeconds, (tick) => ticks.push(plainWindow(tick)));
        for (const [i, one] of made.entries()) {
          const window = windowOf(i, one);
          rollup.add(window);
          const start = i - (i % tickSeconds);
          const tick = expected.get(start) ?? { labels: new Map(), task: new Statistics() };
          expected.set(start, tick);
          tick.task.addLater(window.task);
          for (const [label, statistics] of window.labels) {
            const sum = tick.labels.get(label) ?? new Statistics();
            sum.addLater(statistics);
            tick.labels.set(label, sum);
          }
        }
        rollup.finish();
        rollup.finish();
        expect(ticks).toEqual([...expected].map(([start, tick]) => plainWindow({ second: start, ...tick })));
      }),
      { numRuns: 40 },
    );
  });

  it('rolls up ticks again, to the same as at once', () => {
    const made = fc.sample(second, { numRuns: 25, seed: 5 });
    const [once, twice]: [unknown[], unknown[]] = [[], []];
    const direct = new SeriesRollup(6, (tick) => once.push(plainWindow(tick)));
    const outer = new SeriesRollup(6, (tick) => twice.push(plainWindow(tick)));
    const inner = new SeriesRollup(2, (tick) => outer.add(tick));
    for (const [i, one] of made.entries()) {
      direct.add(windowOf(i, one));
      inner.add(windowOf(i, one));
    }
    for (const rollup of [direct, inner, outer]) rollup.finish();
    expect(twice).toEqual(once);
    expect(once.length).toBe(5);
  });

  it('makes ticks that a segment can hold', () => {
    const writer = new SegmentWriter({
      region: 'r',
      tasks: [],
      index: 0,
      firstSecond: 0,
      seconds: 20,
      tickSeconds: 10,
    });
    const written: unknown[] = [];
    const rollup = new SeriesRollup(10, (tick) => {
      writer.addWindow(tick);
      written.push(plainWindow(tick));
    });
    for (const [i, one] of fc.sample(second, { numRuns: 15, seed: 6 }).entries()) rollup.add(windowOf(i, one));
    rollup.finish();
    const read: unknown[] = [];
    new WindowReader().read([writer.finish()], (window) => read.push(plainWindow(window)));
    expect(read).toEqual(written);
  });

  it('refuses to go back in time', () => {
    const rollup = new SeriesRollup(10, () => {});
    rollup.add(windowOf(3, { samples: [], users: 0, dropped: 0, late: 0, unfinished: 0 }));
    for (const earlier of [3, 2]) {
      expect(() => rollup.add({ second: earlier, labels: new Map(), task: new Statistics() })).toThrow(
        expect.objectContaining({ code: 'internal' }),
      );
    }
  });
});

describe('SeriesTotals', () => {
  it('adds up any range of seconds, by region, by label and all together', () => {
    // Two tasks in region a, one in b.
    const run = fc.tuple(seconds, seconds, seconds);
    fc.assert(
      fc.property(run, fc.nat(3), fc.integer({ min: 1, max: 8 }), ([one, two, three], fromSecond, length) => {
        const range = { fromSecond, toSecond: fromSecond + length };
        const totals = new SeriesTotals();
        // In two pieces, as ranges that begin and end with seconds are.
        const middle = fromSecond + Math.floor(length / 2);
        const pieces = [
          { from: fromSecond, to: middle },
          { from: middle, to: range.toSecond },
        ].filter(({ from, to }) => from < to);
        const [first, second, third] = [segmentsOf('a', 0, one), segmentsOf('a', 1, two), segmentsOf('b', 0, three)];
        for (let k = 2; k >= 0; k--) {
          const a = [first[k], second[k]].filter((bytes) => bytes !== undefined);
          const b = third[k];
          const segments = [...(a.length > 0 ? [mergeSegments(a)] : []), ...(b === undefined ? [] : [b])];
          for (const piece of pieces) totals.add(segments, { range: piece });
        }
        expectTotal(totals.total(), range, [one, two, three]);
        expectTotal(totals.regions.get('a')!, range, [one, two]);
        expectTotal(totals.regions.get('b')!, range, [three]);
        const samples = samplesIn(range, [one, two, three]);
        for (const label of new Set(samples.map((sample) => sample.label))) {
          const expected = new Statistics();
          for (const sample of samples) if (sample.label === label) recordSample(expected, sample, 0);
          expect(times(totals.labels.get(label)!)).toEqual(times(expected));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('agrees with adding up the windows one after the other', () => {
    const made = fc.sample(second, { numRuns: 7, seed: 9 });
    const expected = new Statistics();
    for (const [i, one] of made.entries()) expected.addLater(totalOfWindow(windowOf(i, one)));
    const totals = new SeriesTotals();
    const windows: unknown[] = [];
    for (const bytes of segmentsOf('a', 4, made)) {
      totals.add([bytes], { onWindow: (window) => windows.push(plainWindow(window)) });
    }
    expect(windows).toEqual(made.map((one, i) => plainWindow(windowOf(i, one))));
    expect(plain(totals.total())).toEqual(plain(expected));
    expect(plain(totals.regions.get('a')!)).toEqual(plain(expected));
    expect(totals.requestsOfTask).toEqual(new Map([['a/4', expected.requests]]));
  });

  it('refuses to count a segment twice', () => {
    const [bytes] = segmentsOf('a', 0, fc.sample(second, { numRuns: 3, seed: 1 })) as [Uint8Array];
    const totals = new SeriesTotals();
    totals.add([bytes]);
    for (const again of [[bytes], [mergeSegments([bytes])]]) {
      expect(() => totals.add(again)).toThrow(expect.objectContaining({ code: 'internal' }));
    }
  });

  it('keeps labels within the limit, and those it keeps complete', () => {
    const totals = new SeriesTotals();
    for (let k = 0; k < 3; k++) {
      const labels = new Map<string, Statistics>();
      for (let i = 0; i < 300; i++) {
        const statistics = new Statistics();
        statistics.requests = 1;
        labels.set(`label ${String((i + k * 200) % 700).padStart(4, '0')}`, statistics);
      }
      const range = { from: k * SEGMENT_SECONDS, to: (k + 1) * SEGMENT_SECONDS };
      totals.add([segmentOf('a', 0, k, [{ second: range.from, labels, task: new Statistics() }])], { range });
    }
    expect(totals.labels.size).toBe(limits.labelsMax + 1);
    expect(totals.labels.get('label 0250')?.requests).toBe(2);
    expect(totals.labels.get(OTHER_LABEL)?.requests).toBe(200);
    expect(totals.total().requests).toBe(900);
  });
});

describe('foldRareErrors', () => {
  it('keeps the frequent ones, and counts the rest', () => {
    const statistics = new Statistics();
    for (let i = 1; i <= 10; i++) statistics.countError({ type: 'http', message: `${i}`, count: i, example: null });
    foldRareErrors(statistics, 10);
    expect(statistics.errors.size).toBe(10);
    foldRareErrors(statistics, 6);
    expect([...statistics.errors.values()].map(({ type, count }) => [type, count])).toEqual([
      ['http', 8],
      ['http', 9],
      ['http', 10],
      [OTHER_ERROR.type, 28],
    ]);
  });
});

interface Range {
  fromSecond: number;
  toSecond: number;
}

function samplesIn(range: Range, tasks: readonly MadeSecond[][]): Sample[] {
  return tasks.flatMap((made) => made.slice(range.fromSecond, range.toSecond).flatMap(({ samples }) => samples));
}

/** What does not depend on when samples ended and how they overlapped. */
function times(statistics: Statistics): unknown {
  const { requests, failures, service, response, firstByte, codes, errors, ...rest } = plain(statistics);
  return {
    requests,
    failures,
    service,
    response,
    firstByte,
    phases: phases.map((phase) => rest[phase]),
    codes,
    errors,
  };
}

function expectTotal(total: Statistics, range: Range, tasks: readonly MadeSecond[][]): void {
  const expected = new Statistics();
  for (const sample of samplesIn(range, tasks)) recordSample(expected, sample, 0);
  expect(times(total)).toEqual(times(expected));
  let usersMax = 0;
  for (let second = range.fromSecond; second < range.toSecond; second++) {
    usersMax = Math.max(
      usersMax,
      tasks.reduce((sum, made) => sum + (made[second]?.users ?? 0), 0),
    );
  }
  expect(total.concurrencyMax).toBe(usersMax);
}
