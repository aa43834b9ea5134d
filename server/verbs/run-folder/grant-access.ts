/** What one task of a run needs to reach its folder in the platform's object store: credentials, and the run's secrets with them. */
import type { TaskAccessAnswer } from '../../../core/api/task-access.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { TaskId } from '../../../core/plan/plan.ts';
import { finalPhases } from '../../../core/run/run.ts';
import { taskName } from '../../../core/run/tasks.ts';
import type { Ports } from '../../ports/ports.ts';
import { readRun } from '../read-run.ts';
import { readRunSecrets } from '../secrets/run-secrets.ts';

/**
 * For whoever has shown the run's token. Throws `not_found` where tasks reach their folder in another way, `run_state_conflict` once the run
 * has ended, `forbidden` for a task that it does not have, `secret_missing`, `store_failed`.
 */
export async function grantTaskAccess(
  ports: Pick<Ports, 'runs' | 'secrets' | 'taskAccess'>,
  { runId, task }: { runId: string; task: TaskId },
): Promise<TaskAccessAnswer> {
  if (ports.taskAccess === undefined) {
    throw new LoadstarError('not_found', 'This control plane gives no credentials: tasks reach its folders by itself.');
  }
  const run = await readRun(ports, { runId });
  if (finalPhases.has(run.phase)) {
    throw new LoadstarError('run_state_conflict', `Run ${runId} has ended (${run.phase}): its tasks need no access.`);
  }
  const region = run.regions.find(({ name }) => name === task.region);
  if (region === undefined || task.task >= region.tasks) {
    throw new LoadstarError('forbidden', `Run ${runId} has no task ${taskName(task)}.`);
  }
  const [{ expiresAtMs, ...credentials }, secrets] = await Promise.all([
    ports.taskAccess.credentialsOf(runId, task),
    readRunSecrets(ports, run),
  ]);
  return { credentials: { ...credentials, expiresAt: new Date(expiresAtMs).toISOString() }, secrets };
}
