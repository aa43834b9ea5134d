/** An object of a run folder, for one of the run's tasks. */
import { LoadstarError } from '../../../core/errors.ts';
import type { PlannedRegion } from '../../../core/plan/plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { runFolderPrefix } from '../../run-folder/run-folder.ts';
import { mayRead } from '../../run-folder/task-objects.ts';

/** Throws `forbidden` for what tasks must not read, `not_found`. */
export async function readRunObject(
  { objects }: Pick<Ports, 'objects'>,
  { runId, regions, path }: { runId: string; regions: readonly PlannedRegion[]; path: string },
): Promise<{ body: Uint8Array; etag: string }> {
  if (!mayRead(path, regions)) {
    throw new LoadstarError(
      'forbidden',
      `The tasks of a run read its plan, its control file and its files, not ${path}.`,
    );
  }
  const found = await objects.get(runFolderPrefix(runId) + path);
  if (found === null) throw new LoadstarError('not_found', `There is no ${path} in the folder of run ${runId}.`);
  return found;
}
