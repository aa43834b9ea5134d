/** A part of a run's series in pieces, in order of time: ticks where they will do and there are any, seconds everywhere else. */
import type { Plan } from '../../core/plan/plan.ts';
import { type Rolled, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Log } from '../ports/log.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { readSegmentFile } from '../run-folder/segment-files.ts';
import { type FoldedSeriesPart, readFoldedSeries } from './folded-series.ts';
import { readRolledIndex } from './rolled-series.ts';

export interface SeriesPiece {
  /** Of the same time, one for each region or one of all together. Only their seconds from `from` to before `to` belong to the part. */
  segments: Uint8Array[];
  from: number;
  to: number;
}

/**
 * `grainSeconds`: how fine time must be told apart; null: not at all. Ends early when `signal` is aborted, by throwing its reason. Throws
 * `run_folder_invalid` when a file is damaged.
 */
export async function* readSeriesPieces(
  source: { folder: RunFolder; plan: Plan; log: Log },
  part: FoldedSeriesPart,
  grainSeconds: number | null,
  signal: AbortSignal,
): AsyncGenerator<SeriesPiece> {
  const rolled = await readRolledIndex(source.folder);
  const coarse = rolled === null ? null : coarsePart(rolled, part, grainSeconds);
  if (rolled === null || coarse === null) {
    yield* secondsOf(source, part, part.fromSecond, part.toSecond, signal);
    return;
  }
  yield* secondsOf(source, part, part.fromSecond, coarse.from, signal);
  yield* ticksOf(source, part, rolled, coarse, signal);
  yield* secondsOf(source, part, coarse.to, Math.min(part.toSecond, rolled.measuredSeconds), signal);
}

/** The whole ticks inside a part; null when they would not do, or there is none. */
function coarsePart(
  { measuredSeconds, tickSeconds }: Rolled,
  { fromSecond, toSecond }: FoldedSeriesPart,
  grainSeconds: number | null,
): { from: number; to: number } | null {
  if (grainSeconds !== null && grainSeconds % tickSeconds !== 0) return null;
  const from = Math.ceil(fromSecond / tickSeconds) * tickSeconds;
  // The last tick is whole too when nothing was measured behind the part.
  const to = toSecond >= measuredSeconds ? measuredSeconds : Math.floor(toSecond / tickSeconds) * tickSeconds;
  return from < to ? { from, to } : null;
}

async function* secondsOf(
  source: { folder: RunFolder; plan: Plan; log: Log },
  { region }: FoldedSeriesPart,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<SeriesPiece> {
  if (from >= to) return;
  const part = { fromSecond: from, toSecond: to, region };
  for await (const segments of readFoldedSeries(source, part, signal)) yield { segments, from, to };
}

async function* ticksOf(
  { folder, plan }: { folder: RunFolder; plan: Plan },
  { region }: FoldedSeriesPart,
  { segmentSeconds }: Rolled,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
): AsyncGenerator<SeriesPiece> {
  const name = plan.regions.length < 2 ? null : region;
  for (let index = Math.floor(from / segmentSeconds); index * segmentSeconds < to; index++) {
    const bytes = await readSegmentFile(folder, runFolderPaths.rolled(name, index));
    signal.throwIfAborted();
    if (bytes !== null) yield { segments: [bytes], from, to };
  }
}
