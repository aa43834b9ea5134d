/** A key that only the control plane has: a file in the data directory, for its owner only, made when it is first needed. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoadstarError } from '../../../core/errors.ts';
import { dropDraft, syncFolder, writeDraft } from './draft-files.ts';
import { codeOf, fileFailed } from './file-errors.ts';

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;

/** Throws `store_failed`. Only one control plane uses a data directory at a time. */
export async function openSigningKey(path: string): Promise<Uint8Array> {
  try {
    return (await readKey(path)) ?? (await makeKey(path));
  } catch (error) {
    throw fileFailed(`use the key ${path}`, error);
  }
}

/** Null when there is no file. */
async function readKey(path: string): Promise<Uint8Array | null> {
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
    if (!stats.isFile() || stats.size !== KEY_BYTES) {
      throw new LoadstarError('store_failed', `the key ${path} is damaged: remove it to get a new one`);
    }
    if ((stats.mode & 0o077) !== 0) await file.chmod(OWNER_ONLY);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function makeKey(path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  const draft = await writeDraft(dirname(path), key);
  try {
    await rename(draft, path);
  } catch (error) {
    await dropDraft(draft);
    throw error;
  }
  await syncFolder(dirname(path));
  return key;
}
