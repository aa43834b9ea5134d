/** How the times of a run, or of a part of it, are distributed: merged from the folded segments, so as exact as the report. */
import type { RunDistribution } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { summarize } from '../../../core/report/summarize.ts';
import type { Distribution } from '../../../core/statistics/distribution.ts';
import { bucketHighestUs, bucketLowestUs } from '../../../core/statistics/histogram.ts';
import { PartAdder } from '../../../core/statistics/part-of-series.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { readSeriesPieces } from '../../folding/series-pieces.ts';
import type { Ports } from '../../ports/ports.ts';
import { openResults } from './open-results.ts';
import { type PartQuery, partOfRun } from './part-of-run.ts';

/**
 * Samples belong to the second in which they ended; `from` is inclusive, `to` exclusive. Rates are over the part's seconds, without `to` up to
 * the last end as in the report. Throws as `readSeries`.
 */
export async function readDistribution(
  ports: Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'>,
  actor: Actor,
  input: PartQuery & { runId: string },
  signal: AbortSignal,
): Promise<RunDistribution> {
  const results = await openResults(ports, actor, input.runId);
  const part = partOfRun(results, input, ports.nowMs());
  let distribution: RunDistribution | null = null;
  const adder = new PartAdder({ ...part, tickSeconds: null }, ({ second, seconds, statistics }) => {
    const upToLastEnd = Math.max(0, statistics.lastEndedUs / 1e6 - second);
    distribution = describe(statistics, second, second + seconds, input.to === undefined ? upToLastEnd : seconds);
  });
  const source = { ...results, log: ports.log };
  for await (const piece of readSeriesPieces(source, part, null, signal)) adder.add(piece.segments, piece);
  adder.finish();
  return distribution ?? describe(new Statistics(), part.fromSecond, part.fromSecond, 0);
}

function describe(statistics: Statistics, from: number, to: number, durationSeconds: number): RunDistribution {
  return {
    from,
    to,
    statistics: summarize(statistics, durationSeconds),
    responseTime: bucketsOf(statistics.responseTime ?? statistics.serviceTime),
    serviceTime: bucketsOf(statistics.serviceTime),
  };
}

function bucketsOf({ histogram: { counts, lowest, highest } }: Distribution): RunDistribution['responseTime'] {
  const buckets: RunDistribution['responseTime'] = [];
  for (let bucket = lowest; bucket <= highest; bucket++) {
    const count = counts[bucket] ?? 0;
    if (count > 0) buckets.push({ fromUs: bucketLowestUs(bucket), toUs: bucketHighestUs(bucket), count });
  }
  return buckets;
}
