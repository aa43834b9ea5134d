/** A run with what is needed to read its results: its row, its plan, its folder. */
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { type Plan, planSchema } from '../../../core/plan/plan.ts';
import type { Run } from '../../../core/run/run.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import type { Ports } from '../../ports/ports.ts';
import { openRunFolder, type RunFolder, readJson } from '../../run-folder/run-folder.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';

export interface RunResults {
  run: Run;
  plan: Plan;
  folder: RunFolder;
}

/** Throws `forbidden`, `not_found`, `run_folder_invalid`. */
export async function openResults(
  ports: Pick<Ports, 'runs' | 'objects'>,
  actor: Actor,
  runId: string,
): Promise<RunResults> {
  requireRole(actor, 'viewer');
  const run = await readRun(ports, { runId });
  const folder = openRunFolder(ports.objects, runId);
  const plan = await readJson(folder, runFolderPaths.plan, planSchema);
  if (plan === null) throw new LoadstarError('not_found', `Run ${runId} has lost its plan: nothing of it can be read.`);
  return { run, plan, folder };
}
