/** Small files for their owner only: keys and tokens. */
import { constants } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoadstarError } from '../../../core/errors.ts';
import { dropDraft, syncFolder, writeDraft } from './draft-files.ts';
import { codeOf } from './file-errors.ts';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Null when there is no file. One that others may read is made private. Throws `store_failed` for what is no file, or too large to be ours. */
export async function readPrivateFile(path: string, bytesMax: number): Promise<Buffer | null> {
  let file: FileHandle;
  try {
    // Without waiting at a pipe, and without following a link to a file that is somebody else's.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > bytesMax) throw damaged(path);
    if ((stats.mode & OTHERS) !== 0) await file.chmod(OWNER_ONLY);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Replaces the file as a whole; it is never readable by others, not even while it is written. */
export async function writePrivateFile(path: string, content: Uint8Array): Promise<void> {
  const draft = await writeDraft(dirname(path), content);
  try {
    await rename(draft, path);
  } catch (error) {
    await dropDraft(draft);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** `store_failed`: what to do about it. */
export function damaged(path: string): LoadstarError {
  return new LoadstarError('store_failed', `the key ${path} is damaged: remove it to get a new one`);
}
