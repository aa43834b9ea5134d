/** What runs cost: before they run, and when they have ended. */
import type { RunCost } from '../../../core/api/cost.ts';
import { costOf } from '../../../core/cost/cost.ts';
import { tasksOf } from '../../../core/cost/run-shape.ts';
import { type Plan, planSchema } from '../../../core/plan/plan.ts';
import { finalPhases, type Run } from '../../../core/run/run.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import type { Ports } from '../../ports/ports.ts';
import { openRunFolder, readJson } from '../../run-folder/run-folder.ts';

/** One who looks at a run is usual, and nobody is counted. */
const VIEWERS = 1;

type CostPorts = Pick<Ports, 'taskOffers' | 'log'>;

/** Null where tasks cost nothing, for regions that are not known, and for a load without an end. Never throws: it is no reason not to answer. */
export async function estimateCost(ports: CostPorts, plan: Plan): Promise<RunCost | null> {
  return plan.durationSeconds === null ? null : reckon(ports, plan, plan, plan.durationSeconds);
}

/** Of a run that has ended, by how long its load lasted; null before, and where it cost nothing that is known. Never throws. */
export async function actualCost(ports: CostPorts & Pick<Ports, 'objects'>, run: Run): Promise<RunCost | null> {
  const { goAtMs, endedAtMs } = run;
  if (ports.taskOffers === undefined || goAtMs === null || endedAtMs === null || !finalPhases.has(run.phase))
    return null;
  try {
    const plan = await readJson(openRunFolder(ports.objects, run.id), runFolderPaths.plan, planSchema);
    if (plan === null) return null;
    return await reckon(ports, run, plan, Math.max(1, (endedAtMs - goAtMs) / 1_000));
  } catch (error) {
    ports.log('warn', 'the cost of a run cannot be reckoned', { runId: run.id, error: (error as Error).message });
    return null;
  }
}

async function reckon(
  { taskOffers, log }: CostPorts,
  wanted: Plan | Run,
  { segmentSeconds, controlPollMs, liveIntervalSeconds }: Plan,
  loadSeconds: number,
): Promise<RunCost | null> {
  if (taskOffers === undefined) return null;
  try {
    const regions = tasksOf(wanted, await taskOffers.list());
    if (regions === null) return null;
    return costOf({ regions, loadSeconds, segmentSeconds, controlPollMs, liveIntervalSeconds, viewers: VIEWERS });
  } catch (error) {
    log('warn', 'what tasks cost is not known', { error: (error as Error).message });
    return null;
  }
}
