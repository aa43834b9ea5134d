/** The secrets of a run, for one of its tasks. */
import { LoadstarError } from '../../../core/errors.ts';
import { finalPhases } from '../../../core/run/run.ts';
import type { Ports } from '../../ports/ports.ts';
import { readRun } from '../read-run.ts';
import { readRunSecrets } from '../secrets/run-secrets.ts';

/** Values by name. Throws `run_state_conflict` once the run has ended, `secret_missing`, `not_found`. */
export async function readTaskSecrets(
  ports: Pick<Ports, 'runs' | 'secrets'>,
  { runId }: { runId: string },
): Promise<Record<string, string>> {
  const run = await readRun(ports, { runId });
  if (finalPhases.has(run.phase)) {
    throw new LoadstarError('run_state_conflict', `Run ${runId} has ended (${run.phase}): its tasks need no secrets.`);
  }
  return readRunSecrets(ports, run);
}
