/** Whether the tasks of a run need a token, and its hash. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { hashToken } from '../../security/token.ts';

/** Null when all of its tasks reach the run folder as files. Throws `launch_failed` when they need HTTP and there is none. */
export async function runTokenHash(
  { launcher, runFolderAccess }: Pick<Ports, 'launcher' | 'runFolderAccess'>,
  plan: Plan,
): Promise<string | null> {
  const overHttp = (await launcher.capacity()).filter(({ runFolder }) => runFolder === 'http');
  const region = plan.regions.find(({ name }) => overHttp.some((each) => each.region === name));
  if (region === undefined) return null;
  if (runFolderAccess !== undefined) return hashToken(runFolderAccess.tokenOf(plan.runId));
  const message = `The tasks of region ${region.name} reach the run folder over HTTP, which this control plane does not serve.`;
  throw new LoadstarError('launch_failed', message);
}
