/** How the times of a run, or of a part of it, are distributed: merged from the folded segments, so as exact as the report. */
import type { RunDistribution } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { summarize } from '../../../core/report/summarize.ts';
import type { Distribution } from '../../../core/statistics/distribution.ts';
import { bucketHighestUs, bucketLowestUs } from '../../../core/statistics/histogram.ts';
import type { SeriesTick } from '../../../core/statistics/part-of-series.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import type { Ports } from '../../ports/ports.ts';
import { addUpPart } from './add-up-part.ts';
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
  const onTick = ({ second, seconds, statistics }: SeriesTick): void => {
    const upToLastEnd = Math.max(0, statistics.lastEndedUs / 1e6 - second);
    distribution = describe(statistics, second, second + seconds, input.to === undefined ? upToLastEnd : seconds);
  };
  await addUpPart(ports, results, { ...part, tickSeconds: null }, onTick, signal);
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

function bucketsOf({ histogram }: Distribution): RunDistribution['responseTime'] {
  return [...histogram.usedBuckets()].map(([bucket, count]) => ({
    fromUs: bucketLowestUs(bucket),
    toUs: bucketHighestUs(bucket),
    count,
  }));
}
