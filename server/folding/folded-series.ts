/** A run's folded segments in order of time: what has been folded by now, for whoever wants to read the run's series. */

import { LoadstarError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Log } from '../ports/log.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { readSegmentFile } from '../run-folder/segment-files.ts';
import { FoldedSegment } from './folded-segment.ts';
import { readPartsAhead } from './read-parts-ahead.ts';

/** Indexes that are read while the one before is worked on: bounds what is held in memory. */
const READ_AHEAD = 2;

export interface FoldedSeriesPart {
  /** Seconds from go, `toSecond` exclusive. */
  fromSecond: number;
  toSecond: number;
  /** Null: all of them. */
  region: string | null;
}

/**
 * Gives the segments of each index that any of the wanted regions has, uncompressed, one for each region. A damaged one is put together again from
 * those of its tasks. Ends early when `signal` is aborted, by throwing its reason.
 */
export async function* readFoldedSeries(
  { folder, plan, log }: { folder: RunFolder; plan: Plan; log: Log },
  { fromSecond, toSecond, region }: FoldedSeriesPart,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array[]> {
  const regions = plan.regions.filter(({ name }) => region === null || name === region);
  const read = async (index: number): Promise<Uint8Array[]> => {
    const found = await Promise.all(
      regions.map(({ name, tasks }) => readFolded({ folder, log }, { region: name, tasks, index })),
    );
    return found.filter((bytes) => bytes !== null);
  };
  const indexes = {
    from: Math.floor(fromSecond / plan.segmentSeconds),
    to: Math.ceil(toSecond / plan.segmentSeconds),
    ahead: READ_AHEAD,
  };
  for await (const segments of readPartsAhead(indexes, read)) {
    signal.throwIfAborted();
    if (segments.length > 0) yield segments;
  }
}

async function readFolded(
  { folder, log }: { folder: RunFolder; log: Log },
  { region, tasks, index }: { region: string; tasks: number; index: number },
): Promise<Uint8Array | null> {
  try {
    return await readSegmentFile(folder, runFolderPaths.folded(region, index));
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'run_folder_invalid') throw error;
    const folded = await FoldedSegment.load(folder, log, region, index);
    await folded.takeIn(Array.from({ length: tasks }, (_, task) => task));
    return folded.bytes;
  }
}
