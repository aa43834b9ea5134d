/** One run's row. */
import { LoadstarError } from '../../core/errors.ts';
import type { Run } from '../../core/run/run.ts';
import type { Ports } from '../ports/ports.ts';

/** Throws `not_found`. */
export async function readRun({ runs }: Pick<Ports, 'runs'>, { runId }: { runId: string }): Promise<Run> {
  const run = await runs.get(runId);
  if (run === null) throw new LoadstarError('not_found', `There is no run ${runId}.`);
  return run;
}
