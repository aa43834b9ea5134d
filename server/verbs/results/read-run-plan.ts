/** What a run was planned to be: the load of each execution over time, its criteria, its tasks. */
import type { RunPlan } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { beginSeconds } from '../../../core/plan/begin-seconds.ts';
import { PlanPreviewer } from '../../../core/plan/preview.ts';
import { runFilesSchema, runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { previewTaurus } from '../../../core/taurus/preview-taurus.ts';
import type { Ports } from '../../ports/ports.ts';
import { readJson } from '../../run-folder/run-folder.ts';
import { openResults } from './open-results.ts';

/** Throws `forbidden`, `not_found`, `run_folder_invalid`. */
export async function readRunPlan(
  ports: Pick<Ports, 'runs' | 'objects'>,
  actor: Actor,
  { runId }: { runId: string },
): Promise<RunPlan> {
  const { folder, plan, run } = await openResults(ports, actor, runId);
  const known = await readJson(folder, runFolderPaths.fileList, runFilesSchema);
  const { executions } = new PlanPreviewer(plan);
  return {
    durationSeconds: plan.durationSeconds,
    executions: executions.map(({ startAtMs, ...execution }) => ({
      ...execution,
      startAt: startAtMs === null ? null : new Date(startAtMs).toISOString(),
      beginSeconds: run.goAtMs === null ? null : beginSeconds({ ...execution, startAtMs }, run.goAtMs),
    })),
    criteria: plan.criteria.map(({ message }) => message),
    tasks: plan.regions.reduce((sum, { tasks }) => sum + tasks, 0),
    taurus: previewTaurus(plan),
    files: known?.files ?? [],
  };
}
