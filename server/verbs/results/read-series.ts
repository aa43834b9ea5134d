/** A run's series, or a part of it: a point for each so many seconds. */
import { type Series, seriesResolutions } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { limits } from '../../../core/limits.ts';
import { seriesPointOf } from '../../../core/report/series-point.ts';
import type { SeriesTick } from '../../../core/statistics/part-of-series.ts';
import type { Ports } from '../../ports/ports.ts';
import { addUpPart } from './add-up-part.ts';
import { openResults } from './open-results.ts';
import { invalid, type PartOfRun, type PartQuery, partOfRun } from './part-of-run.ts';

/** Points that an answer has at most when nobody says how fine they should be. */
const POINTS_WANTED_MAX = 1_000;

/**
 * From the folded segments: of a run under way, what is folded by now. Throws `forbidden`, `not_found`, `request_invalid` for a part that it does not
 * have and for too many points, `run_folder_invalid`; what `signal` is aborted with, when it is.
 */
export async function readSeries(
  ports: Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'>,
  actor: Actor,
  input: PartQuery & { runId: string; resolution?: string | undefined },
  signal: AbortSignal,
): Promise<Series> {
  const results = await openResults(ports, actor, input.runId);
  const part = partOfRun(results, input, ports.nowMs());
  const resolutionSeconds = input.resolution === undefined ? resolutionFor(part) : Number(input.resolution);
  const points: Series['points'] = [];
  if (pointsOf(part, resolutionSeconds) > limits.seriesPointsMax) {
    const made = `would make ${pointsOf(part, resolutionSeconds)} points, more than ${limits.seriesPointsMax}`;
    throw invalid('resolution', `${made}; take a coarser one, or a shorter part with from and to`);
  }
  const onTick = (tick: SeriesTick): void => void points.push(seriesPointOf(tick));
  await addUpPart(ports, results, { ...part, tickSeconds: resolutionSeconds }, onTick, signal);
  return { resolutionSeconds, points };
}

function resolutionFor(part: PartOfRun): number {
  return seriesResolutions.find((seconds) => pointsOf(part, seconds) <= POINTS_WANTED_MAX) ?? 3600;
}

function pointsOf({ fromSecond, toSecond }: PartOfRun, resolutionSeconds: number): number {
  return Math.ceil(toSecond / resolutionSeconds) - Math.floor(fromSecond / resolutionSeconds);
}
