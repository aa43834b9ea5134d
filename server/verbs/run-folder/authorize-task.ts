/** Who may use a run folder over HTTP: whoever has the token of that run. */
import type { PlannedRegion } from '../../../core/plan/plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { isTokenOf } from '../../security/token.ts';

/** What never changes of a run, so that the tasks' polls need not read its row. */
export interface AuthorizedRun {
  tokenHash: string;
  regions: readonly PlannedRegion[];
}

/** Runs that were used most recently, by id. */
export type AuthorizedRuns = Map<string, AuthorizedRun>;

const KEPT_MAX = 1_000;

/** Null when there is no such run, when its tasks need no token, and when this is not its token: nobody is told which. */
export async function authorizeTask(
  { runs }: Pick<Ports, 'runs'>,
  { runId, token, known }: { runId: string; token: string; known: AuthorizedRuns },
): Promise<AuthorizedRun | null> {
  const run = known.get(runId) ?? (await authorizedRun(runs, runId));
  if (run === null || !isTokenOf(token, run.tokenHash)) return null;
  known.delete(runId);
  known.set(runId, run);
  const [oldest] = known.keys();
  if (known.size > KEPT_MAX && oldest !== undefined) known.delete(oldest);
  return run;
}

async function authorizedRun(runs: Ports['runs'], runId: string): Promise<AuthorizedRun | null> {
  const run = await runs.get(runId);
  return run === null || run.tokenHash === null ? null : { tokenHash: run.tokenHash, regions: run.regions };
}
