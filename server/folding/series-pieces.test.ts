import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { type MadeSecond, madeSecond, plain, windowOf } from '../../core/statistics/fixtures/samples.ts';
import { PartAdder } from '../../core/statistics/part-of-series.ts';
import { SegmentWriter } from '../../core/statistics/segment.ts';
import { WindowReader } from '../../core/statistics/window-reader.ts';
import { createMemoryObjectStore } from '../adapters/memory/memory-object-store.ts';
import { openRunFolder, type RunFolder } from '../run-folder/run-folder.ts';
import { writeSegmentFile } from '../run-folder/segment-files.ts';
import { foldingPlan } from './fixtures/segments.ts';
import { RolledSeriesWriter } from './rolled-series.ts';
import { readSeriesPieces } from './series-pieces.ts';

const SEGMENT_SECONDS = 5;
const SECONDS = 690;
/** Any word can be a region. */
const regions = ['all', 'west'];
const plan = foldingPlan({
  regions: regions.map((name) => ({ name, tasks: 1, share: 1 })),
  segmentSeconds: SEGMENT_SECONDS,
  durationSeconds: SECONDS,
});
const log = () => {};
const signal = new AbortController().signal;

/** Errors without examples: a segment keeps one for all its seconds, so that other segments keep others. */
function withoutExamples(made: MadeSecond): MadeSecond {
  const samples = made.samples.map((sample) => ({
    ...sample,
    error: sample.error && { ...sample.error, example: null },
  }));
  return { ...made, samples };
}

/** A run folder with folded segments of random seconds, many of them empty; rolled up too. */
async function folderWith(seconds: readonly MadeSecond[], isRolled: boolean): Promise<RunFolder> {
  const folder = openRunFolder(createMemoryObjectStore(), 'run-1');
  const rolled = new RolledSeriesWriter(folder, regions);
  const reader = new WindowReader();
  for (let index = 0; index * SEGMENT_SECONDS < SECONDS; index++) {
    const segments = regions.map((region, number) => ({
      region,
      bytes: segmentOf({ region, task: number }, index, seconds),
    }));
    for (const { bytes, region } of segments)
      await writeSegmentFile(folder, runFolderPaths.folded(region, index), bytes);
    if (!isRolled) continue;
    reader.read(
      segments.map(({ bytes }) => bytes),
      (window) => rolled.addWindow(window),
    );
    await rolled.addSegments(segments);
  }
  if (isRolled) await rolled.finish();
  return folder;
}

function segmentOf({ region, task }: TaskId, index: number, seconds: readonly MadeSecond[]): Uint8Array {
  const firstSecond = index * SEGMENT_SECONDS;
  const writer = new SegmentWriter({ region, tasks: [task], index, firstSecond, seconds: SEGMENT_SECONDS });
  for (let second = firstSecond; second < firstSecond + SEGMENT_SECONDS; second++) {
    const made = seconds[(second * 7 + task * 3) % seconds.length];
    // One in three seconds, so that whole ticks are empty too.
    if (made !== undefined && (Math.floor(second / 13) + task) % 3 === 0)
      writer.addWindow(windowOf(second, withoutExamples(made)));
  }
  return writer.finish();
}

interface Part {
  fromSecond: number;
  toSecond: number;
  label: string | null;
  region: string | null;
}

async function ticksOf(folder: RunFolder, part: Part, tickSeconds: number | null): Promise<unknown[]> {
  const ticks: { second: number; seconds: number }[] = [];
  const adder = new PartAdder({ ...part, tickSeconds }, ({ second, seconds, statistics }) =>
    ticks.push({ second, seconds, ...plain(statistics) }),
  );
  for await (const piece of readSeriesPieces({ folder, plan, log }, part, tickSeconds, signal))
    adder.add(piece.segments, piece);
  adder.finish();
  // Of ticks, the second within that measured the last is not known.
  const last = ticks.at(-1);
  if (last !== undefined) last.seconds = Math.ceil((last.second + last.seconds) / 10) * 10 - last.second;
  return ticks;
}

describe('a part of a series in pieces', () => {
  it('is what its seconds are, wherever it begins and ends', async () => {
    const made = fc.sample(madeSecond, { numRuns: 30, seed: 11 });
    const [rolled, plainFolder] = [await folderWith(made, true), await folderWith(made, false)];
    const part = fc.record({
      fromSecond: fc.integer({ min: 0, max: 700 }),
      length: fc.integer({ min: 1, max: 800 }),
      label: fc.constantFrom(null, null, 'home', 'nobody has this'),
      region: fc.constantFrom(null, 'all', 'west'),
      tickSeconds: fc.constantFrom(null, 10, 60),
    });
    await fc.assert(
      fc.asyncProperty(part, async ({ length, tickSeconds, ...rest }) => {
        const wanted = { ...rest, toSecond: rest.fromSecond + length };
        expect(await ticksOf(rolled, wanted, tickSeconds)).toEqual(await ticksOf(plainFolder, wanted, tickSeconds));
      }),
      { numRuns: 30 },
    );
  });

  it('is read from few files where it is long', async () => {
    const folder = await folderWith(fc.sample(madeSecond, { numRuns: 20, seed: 5 }), true);
    const pieces: unknown[] = [];
    const all = { fromSecond: 3, toSecond: 650, region: null };
    for await (const { from, to } of readSeriesPieces({ folder, plan, log }, all, null, signal))
      pieces.push([from, to]);
    expect(pieces).toEqual([
      [3, 10],
      [3, 10],
      [10, 650],
      [10, 650],
    ]);
  });
});
