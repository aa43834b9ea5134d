/** Changes a run's row, whatever others do to it meanwhile. */
import { LoadstarError } from '../../core/errors.ts';
import type { Run } from '../../core/run/run.ts';
import type { Ports } from '../ports/ports.ts';

const ATTEMPTS_MAX = 50;

/**
 * Stores what `change` makes of the run, at the version it was made from; makes it again from the newer one when another was faster. A
 * change that gives back the same object stores nothing. Returns the run as it is then. Throws `not_found`.
 */
export async function updateRun({ runs }: Pick<Ports, 'runs'>, runId: string, change: (run: Run) => Run): Promise<Run> {
  for (let attempt = 1; ; attempt++) {
    const run = await runs.get(runId);
    if (run === null) throw new LoadstarError('not_found', `There is no run ${runId}.`);
    const changed = change(run);
    if (changed === run) return run;
    const stored = { ...changed, version: run.version + 1 };
    if (await storeRun({ runs }, stored)) return stored;
    if (attempt === ATTEMPTS_MAX) throw new LoadstarError('conflict', `Run ${runId} is being changed all the time.`);
  }
}

/** False when another was faster. Throws `not_found` when it was deleted. */
export async function storeRun({ runs }: Pick<Ports, 'runs'>, run: Run): Promise<boolean> {
  try {
    await runs.update(run);
    return true;
  } catch (error) {
    if (error instanceof LoadstarError && error.code === 'conflict') return false;
    throw error;
  }
}
