/** What a run does, as the tick leaves it in the run folder: where nobody reads what tasks print. */
import type { RunLive } from '../../../core/api/runs.ts';
import type { Ports } from '../../ports/ports.ts';
import { openRunFolder } from '../../run-folder/run-folder.ts';
import { readCheckpoint } from '../run-checkpoint.ts';

/** As far as the run is folded: behind by a segment and a tick. Null before the first part. */
export async function readFoldedLive(
  { log, objects }: Pick<Ports, 'objects' | 'log'>,
  runId: string,
): Promise<RunLive | null> {
  return (await readCheckpoint(openRunFolder(objects, runId), runId, log))?.live ?? null;
}
