/** Takes an object from one of a run's tasks into the run folder. */
import { LoadstarError } from '../../../core/errors.ts';
import { finalPhases } from '../../../core/run/run.ts';
import type { Ports } from '../../ports/ports.ts';
import { runFolderPrefix } from '../../run-folder/run-folder.ts';
import { type WritableObject, writableObject } from '../../run-folder/task-objects.ts';
import { readRun } from '../read-run.ts';

/** How large the object may be. Asked before its body is read. Throws `forbidden`, `run_state_conflict` once the run has ended, `not_found`. */
export async function admitRunObject(
  { runs }: Pick<Ports, 'runs'>,
  { runId, path }: { runId: string; path: string },
): Promise<WritableObject> {
  const { phase, regions } = await readRun({ runs }, { runId });
  const writable = writableObject(path, regions);
  if (writable === null) {
    throw new LoadstarError(
      'forbidden',
      `The tasks of a run write what they have measured, each its own; not ${path}.`,
    );
  }
  if (finalPhases.has(phase)) {
    throw new LoadstarError('run_state_conflict', `Run ${runId} has ended (${phase}): it takes no more results.`);
  }
  return writable;
}

/** The same object may come again, since answers get lost. Throws `conflict` when one that cannot change is there with another content. */
export async function writeRunObject(
  { objects }: Pick<Ports, 'objects'>,
  { runId, path, body, isImmutable }: { runId: string; path: string; body: Uint8Array; isImmutable: boolean },
): Promise<string> {
  const key = runFolderPrefix(runId) + path;
  if (!isImmutable) return objects.put(key, body);
  try {
    return await objects.put(key, body, { ifAbsent: true });
  } catch (error) {
    if (!(error instanceof LoadstarError && error.code === 'conflict')) throw error;
    const present = await objects.get(key);
    if (present !== null && Buffer.from(body).equals(present.body)) return present.etag;
    throw new LoadstarError('conflict', `${path} is there already, with another content.`, { cause: error });
  }
}
