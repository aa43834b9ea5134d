import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MadeSecond, madeSecond, plain, type Sample, windowOf } from './fixtures/samples.ts';
import { PartAdder, type PartOfSeries } from './part-of-series.ts';
import { SegmentWriter } from './segment.ts';
import { Statistics } from './statistics.ts';

const SEGMENT_SECONDS = 4;

/** Seconds of one region; null where it has no window. */
type Region = (MadeSecond | null)[];

function segmentOf(region: string, seconds: Region, index: number): Uint8Array {
  const firstSecond = index * SEGMENT_SECONDS;
  const writer = new SegmentWriter({ region, tasks: [0], index, firstSecond, seconds: SEGMENT_SECONDS });
  for (let second = firstSecond; second < firstSecond + SEGMENT_SECONDS; second++) {
    const made = seconds[second];
    if (made != null) writer.addWindow(windowOf(second, made));
  }
  return writer.finish();
}

interface Given {
  second: number;
  seconds: number;
  statistics: unknown;
}

function ticksOf(regions: readonly Region[], part: PartOfSeries): Given[] {
  const given: Given[] = [];
  const adder = new PartAdder(part, ({ second, seconds, statistics }) =>
    given.push({ second, seconds, statistics: plain(statistics) }),
  );
  const length = Math.max(...regions.map((region) => region.length));
  for (let index = 0; index * SEGMENT_SECONDS < length; index++) {
    adder.add(regions.map((region, i) => segmentOf(`region-${i}`, region, index)));
  }
  adder.finish();
  return given;
}

/** A segment keeps one example of each label's error, the smallest: what its seconds show, whichever of them had it. */
function withExamplesOfSegments(seconds: Region): Region {
  const examples = new Map<string, string>();
  const keyOf = (second: number, { label, error }: Sample) =>
    JSON.stringify([Math.floor(second / SEGMENT_SECONDS), label, error?.type, error?.message]);
  for (const [second, made] of seconds.entries()) {
    for (const sample of made?.samples ?? []) {
      const example = sample.error?.example ?? null;
      const known = examples.get(keyOf(second, sample));
      if (example !== null && (known === undefined || example < known)) examples.set(keyOf(second, sample), example);
    }
  }
  return seconds.map((made, second) => {
    const samples = made?.samples.map((sample) => {
      const example = examples.get(keyOf(second, sample)) ?? null;
      return { ...sample, error: sample.error && { ...sample.error, example } };
    });
    return made && { ...made, samples: samples ?? [] };
  });
}

/** Second by second, sample by sample. */
function bruteForce(madeRegions: readonly Region[], part: PartOfSeries): Given[] {
  const regions = madeRegions.map(withExamplesOfSegments);
  const ticks = new Map<number, Statistics>();
  const length = Math.max(...regions.map((region) => region.length));
  let last = -1;
  for (let second = part.fromSecond; second < Math.min(length, part.toSecond); second++) {
    const made = regions.flatMap((region) => region[second] ?? []);
    if (made.length === 0) continue;
    last = second;
    const tick = part.tickSeconds === null ? 0 : Math.floor(second / part.tickSeconds);
    const sum = ticks.get(tick) ?? new Statistics();
    ticks.set(tick, sum);
    const atOnce = new Statistics();
    let users = 0;
    for (const window of made.map((each) => windowOf(second, each))) {
      for (const [label, statistics] of window.labels) {
        if (part.label === null || label === part.label) atOnce.addConcurrent(statistics);
      }
      if (part.label === null) atOnce.addConcurrent(window.task);
      users += window.task.concurrencyMax;
    }
    if (part.label === null) atOnce.concurrencyMax = users;
    sum.addLater(atOnce);
  }
  return [...ticks].map(([tick, statistics], i) => {
    const start = Math.max(part.fromSecond, tick * (part.tickSeconds ?? 0));
    const end = Math.min(part.toSecond, part.tickSeconds === null ? Infinity : (tick + 1) * part.tickSeconds);
    const isLast = i === ticks.size - 1;
    return { second: start, seconds: (isLast ? Math.min(end, last + 1) : end) - start, statistics: plain(statistics) };
  });
}

const region = fc.array(fc.option(madeSecond, { freq: 5 }), { maxLength: 15 });
const part: fc.Arbitrary<PartOfSeries> = fc.record({
  fromSecond: fc.integer({ min: 0, max: 12 }),
  toSecond: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Number.POSITIVE_INFINITY)),
  label: fc.constantFrom(null, null, 'home', 'search', 'nobody has this'),
  tickSeconds: fc.constantFrom(null, 1, 3, 10),
});

describe('PartAdder', () => {
  it('gives what adding up the samples one by one gives', () => {
    fc.assert(
      fc.property(fc.array(region, { minLength: 1, maxLength: 3 }), part, (regions, wanted) => {
        expect(ticksOf(regions, wanted)).toEqual(bruteForce(regions, wanted));
      }),
      { numRuns: 60 },
    );
  });

  it('counts the users of all regions of the same second, and takes the largest second', () => {
    const users = (count: number): MadeSecond => ({ samples: [], users: count, dropped: 0, late: 0, unfinished: 0 });
    const regions = [
      [users(5), users(1)],
      [users(1), users(2)],
    ];
    const all = { fromSecond: 0, toSecond: Number.POSITIVE_INFINITY, label: null, tickSeconds: null };
    expect(ticksOf(regions, all)).toMatchObject([{ second: 0, seconds: 2, statistics: { concurrencyMax: 6 } }]);
  });

  it('refuses damaged segments', () => {
    const adder = new PartAdder({ fromSecond: 0, toSecond: 10, label: null, tickSeconds: 1 }, () => {});
    const whole = segmentOf('r', [{ samples: [], users: 1, dropped: 0, late: 0, unfinished: 0 }], 0);
    const expected = expect.objectContaining({ code: 'run_folder_invalid' });
    expect(() => adder.add([whole.subarray(0, whole.length - 2)])).toThrow(expected);
  });
});
