/**
 * What a tick leaves in the run folder for the next one, which may be somebody else's: how far the series is folded, and what became of the last
 * launch. Without it (lost, damaged, of another version) a tick reads all that was folded again.
 */
import { z } from 'zod';
import { runLiveSchema } from '../../core/api/runs.ts';
import { LoadstarError } from '../../core/errors.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { foldingStateSchema, type LiveFolding } from '../folding/live-folding.ts';
import type { Log } from '../ports/log.ts';
import { type RunFolder, readJson, toJson } from '../run-folder/run-folder.ts';

const checkpointSchema = z.strictObject({
  format: z.literal('loadstar.checkpoint.v1'),
  folding: foldingStateSchema,
  /** Why the last launch failed, and what keeps tasks from being started; for people. */
  launchError: z.string().nullable(),
  launchWaitsFor: z.string().nullable(),
  /** Of what is folded; null before, and where others tell it. */
  live: runLiveSchema.nullable().default(null),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** What of a run's memory is kept. */
export interface Checkpointed {
  folder: RunFolder;
  folding: LiveFolding;
  /** Why the last launch failed. */
  launchError: string | null;
  /** What keeps tasks from being started. */
  launchWaitsFor: string | null;
  live: Checkpoint['live'];
  /** The checkpoint as it was read or written last. */
  checkpointText: string | null;
}

/** Null when there is none, or none that can be used. Throws when the store fails: what is there should not be done again. */
export async function readCheckpoint(folder: RunFolder, runId: string, log: Log): Promise<Checkpoint | null> {
  try {
    return await readJson(folder, runFolderPaths.checkpoint, checkpointSchema);
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'run_folder_invalid') throw error;
    log('warn', 'the checkpoint of a run cannot be used', { runId, error: error.message });
    return null;
  }
}

/** Writes it when something has changed since it was read or written. False when that failed: then nobody may count on it. */
export async function keepCheckpoint(memory: Checkpointed, runId: string, log: Log): Promise<boolean> {
  const checkpoint: Checkpoint = {
    format: 'loadstar.checkpoint.v1',
    folding: memory.folding.state(),
    launchError: memory.launchError,
    launchWaitsFor: memory.launchWaitsFor,
    live: memory.live,
  };
  const text = JSON.stringify(checkpoint);
  if (text === memory.checkpointText) return true;
  try {
    await memory.folder.put(runFolderPaths.checkpoint, toJson(checkpoint));
    memory.checkpointText = text;
    return true;
  } catch (error) {
    log('warn', 'the checkpoint of a run could not be written', { runId, error: (error as Error).message });
    return false;
  }
}
