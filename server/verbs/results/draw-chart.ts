/** A picture of what a run did over time. */
import type { ChartMetric } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { finalPhases } from '../../../core/run/run.ts';
import type { ChartImages } from '../../ports/chart-images.ts';
import type { Ports } from '../../ports/ports.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';
import { readSeries } from './read-series.ts';

/** A PNG; `isLasting`: it will not change any more. Throws `forbidden`, `not_found`, `run_folder_invalid`, `chart_failed`. */
export async function drawChart(
  ports: Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'> & { chartImages: ChartImages },
  actor: Actor,
  { runId, ...chart }: { runId: string; metric: ChartMetric; width: number; height: number },
  signal: AbortSignal,
): Promise<{ png: Uint8Array; isLasting: boolean }> {
  requireRole(actor, 'viewer');
  const run = await readRun(ports, { runId });
  const series = () => readSeries(ports, actor, { runId }, signal);
  return { png: await ports.chartImages.draw({ run, series, ...chart }), isLasting: finalPhases.has(run.phase) };
}
