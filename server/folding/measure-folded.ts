/** A folded part of a run in a few numbers: for each region, and all together. */
import { Statistics } from '../../core/statistics/statistics.ts';
import { totalOfWindow } from '../../core/statistics/window.ts';
import { WindowReader } from '../../core/statistics/window-reader.ts';
import type { RunMeasurement } from '../ports/run-metrics.ts';

/** Segments of one index, uncompressed; null where nothing landed. */
export type FoldedPart = readonly { region: string; bytes: Uint8Array | null }[];

/** Empty when nothing landed anywhere. Throws `run_folder_invalid` for damaged bytes. */
export function measureFolded(run: { id: string; goAtMs: number }, part: FoldedPart): RunMeasurement[] {
  const landed = part.flatMap(({ bytes, region }) => (bytes === null ? [] : [{ region, bytes }]));
  if (landed.length === 0) return [];
  const regions = landed.map(({ bytes, region }) => measure(run, region, [bytes]));
  return [
    ...regions,
    measure(
      run,
      null,
      landed.map(({ bytes }) => bytes),
    ),
  ];
}

function measure(
  { goAtMs, id }: { id: string; goAtMs: number },
  region: string | null,
  segments: readonly Uint8Array[],
): RunMeasurement {
  const all = new Statistics();
  const second = new Statistics();
  let endSecond = 0;
  new WindowReader().read(segments, (window) => {
    all.addLater(totalOfWindow(window, second));
    endSecond = Math.max(endSecond, window.second + 1);
  });
  const times = all.responseTime ?? all.serviceTime;
  const ms = (percentile: number) => times.percentileUs(percentile) / 1000;
  return {
    runId: id,
    region,
    atMs: goAtMs + endSecond * 1000,
    requests: all.requests,
    failures: all.failures,
    users: all.concurrencyMax,
    responseTimeMs: times.count === 0 ? null : { p50: ms(50), p95: ms(95), p99: ms(99) },
  };
}
