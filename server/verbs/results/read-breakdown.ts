/** What each label and each region did in a part of a run: merged from the folded segments, so as exact as the report. */
import type { Breakdown } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { StatisticsSummary } from '../../../core/report/report.ts';
import { summarize } from '../../../core/report/summarize.ts';
import type { SeriesTick } from '../../../core/statistics/part-of-series.ts';
import { LabelTotals } from '../../../core/statistics/series.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { readSeriesPieces } from '../../folding/series-pieces.ts';
import type { Ports } from '../../ports/ports.ts';
import { addUpPart } from './add-up-part.ts';
import { openResults } from './open-results.ts';
import { partOfRun } from './part-of-run.ts';

/** Examples of errors and kinds of errors that an answer carries for each label: it must stay below what an API body may be. */
const ERRORS_OF_LABEL = 20;

/**
 * Rates are over the part's seconds; without `to`, up to the last end as in the report. Labels of requests that are many times more than
 * `limits.labelsMax` are together. Throws as `readSeries`.
 */
export async function readBreakdown(
  ports: Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'>,
  actor: Actor,
  input: { runId: string; from?: number | undefined; to?: number | undefined },
  signal: AbortSignal,
): Promise<Breakdown> {
  const results = await openResults(ports, actor, input.runId);
  const part = partOfRun(results, input, ports.nowMs());
  const source = { ...results, log: ports.log };
  const all = new LabelTotals();
  for await (const { segments, from, to } of readSeriesPieces(source, part, null, signal)) {
    all.add(segments, { range: { from, to } });
  }
  const names = results.plan.regions.map(({ name }) => name);
  const total = all.total();
  const to = Math.max(part.fromSecond, Math.min(part.toSecond, Math.ceil(total.lastEndedUs / 1e6)));
  const durationOf = ({ lastEndedUs }: Statistics): number =>
    input.to === undefined ? Math.max(0, lastEndedUs / 1e6 - part.fromSecond) : part.toSecond - part.fromSecond;
  const describe = (statistics: Statistics): StatisticsSummary => {
    const summary = summarize(statistics, durationOf(total));
    return { ...summary, errors: summary.errors.slice(0, ERRORS_OF_LABEL) };
  };
  const ofRegion = async (region: string): Promise<StatisticsSummary> => {
    let summary = describe(new Statistics());
    const onTick = ({ statistics }: SeriesTick): void => {
      summary = describe(statistics);
    };
    await addUpPart(ports, results, { ...part, region, tickSeconds: null }, onTick, signal);
    return summary;
  };
  const regions: Record<string, StatisticsSummary> = {};
  for (const name of names) regions[name] = names.length === 1 ? describe(total) : await ofRegion(name);
  return {
    from: part.fromSecond,
    to,
    total: describe(total),
    labels: [...all.labels]
      .map(([label, statistics]) => ({ label, ...describe(statistics) }))
      .toSorted((one, other) => other.requests - one.requests),
    regions,
  };
}
