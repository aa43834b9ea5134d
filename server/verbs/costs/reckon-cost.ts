/** What runs cost: before they run, and when they have ended. */
import { z } from 'zod';
import type { RunCost } from '../../../core/api/cost.ts';
import { costOf } from '../../../core/cost/cost.ts';
import { type RunShape, tasksOf } from '../../../core/cost/run-shape.ts';
import { type Plan, planSchema } from '../../../core/plan/plan.ts';
import { finalPhases, type Run } from '../../../core/run/run.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import type { Ports } from '../../ports/ports.ts';
import { openRunFolder, readJson } from '../../run-folder/run-folder.ts';

/** One who looks at a run is usual, and nobody is counted. */
const VIEWERS = 1;

/** Of a report, what counts here. */
const sentSchema = z.object({ total: z.object({ bytesSent: z.number() }) });

type CostPorts = Pick<Ports, 'taskOffers' | 'log'>;

/** Null where tasks cost nothing, for regions that are not known, and for a load without an end. Never throws: it is no reason not to answer. */
export async function estimateCost(ports: CostPorts, plan: Plan): Promise<RunCost | null> {
  if (plan.durationSeconds === null) return null;
  return reckon(ports, plan, plan, { loadSeconds: plan.durationSeconds, bytesSent: null });
}

/** Of a run that has ended, by how long its load lasted and what it sent; null before, and where it cost nothing that is known. Never throws. */
export async function actualCost(ports: CostPorts & Pick<Ports, 'objects'>, run: Run): Promise<RunCost | null> {
  const { goAtMs, endedAtMs } = run;
  if (ports.taskOffers === undefined || goAtMs === null || endedAtMs === null || !finalPhases.has(run.phase))
    return null;
  try {
    const folder = openRunFolder(ports.objects, run.id);
    const [plan, report] = await Promise.all([
      readJson(folder, runFolderPaths.plan, planSchema),
      readJson(folder, runFolderPaths.report, sentSchema),
    ]);
    if (plan === null) return null;
    const loadSeconds = Math.max(1, (endedAtMs - goAtMs) / 1_000);
    return await reckon(ports, run, plan, { loadSeconds, bytesSent: report?.total.bytesSent ?? null });
  } catch (error) {
    ports.log('warn', 'the cost of a run cannot be reckoned', { runId: run.id, error: (error as Error).message });
    return null;
  }
}

async function reckon(
  { taskOffers, log }: CostPorts,
  wanted: Plan | Run,
  { segmentSeconds, controlPollMs, liveIntervalSeconds }: Plan,
  measured: Pick<RunShape, 'loadSeconds' | 'bytesSent'>,
): Promise<RunCost | null> {
  if (taskOffers === undefined) return null;
  try {
    const regions = tasksOf(wanted, await taskOffers.list());
    if (regions === null) return null;
    return costOf({ ...measured, regions, segmentSeconds, controlPollMs, liveIntervalSeconds, viewers: VIEWERS });
  } catch (error) {
    log('warn', 'what tasks cost is not known', { error: (error as Error).message });
    return null;
  }
}
