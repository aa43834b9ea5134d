/** Whether the tasks of a run need a token, and its hash. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { hashToken } from '../../security/token.ts';

/** Null when all of its tasks reach the run folder as files. Throws `launch_failed` when they need the API and none is served. */
export async function runTokenHash(
  { launcher, runFolderAccess }: Pick<Ports, 'launcher' | 'runFolderAccess'>,
  plan: Plan,
): Promise<string | null> {
  const withToken = (await launcher.capacity()).filter(({ runFolder = 'file' }) => runFolder !== 'file');
  const region = plan.regions.find(({ name }) => withToken.some((each) => each.region === name));
  if (region === undefined) return null;
  if (runFolderAccess !== undefined) return hashToken(runFolderAccess.tokenOf(plan.runId));
  const message = `The tasks of region ${region.name} ask the API for their run folder, and this control plane serves none.`;
  throw new LoadstarError('launch_failed', message);
}
