/** Adds up a part of a run, tick by tick, from its folded segments. */
import { PartAdder, type SeriesTick } from '../../../core/statistics/part-of-series.ts';
import { readSeriesPieces } from '../../folding/series-pieces.ts';
import type { Ports } from '../../ports/ports.ts';
import type { RunResults } from './open-results.ts';
import type { PartOfRun } from './part-of-run.ts';

/** `tickSeconds`: null makes one tick of the whole part. `onTick` as of `PartAdder`. Throws `run_folder_invalid`; what `signal` is aborted with. */
export async function addUpPart(
  ports: Pick<Ports, 'log'>,
  results: RunResults,
  part: PartOfRun & { tickSeconds: number | null },
  onTick: (tick: SeriesTick) => void,
  signal: AbortSignal,
): Promise<void> {
  const adder = new PartAdder(part, onTick);
  const pieces = readSeriesPieces({ ...results, log: ports.log }, part, part.tickSeconds, signal);
  for await (const piece of pieces) adder.add(piece.segments, piece);
  adder.finish();
}
