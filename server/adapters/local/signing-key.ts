/** A key that only the control plane has: a file in the data directory, for its owner only, made when it is first needed. */
import { randomBytes } from 'node:crypto';
import { fileFailed } from './file-errors.ts';
import { damaged, readPrivateFile, writePrivateFile } from './private-file.ts';

const KEY_BYTES = 32;

/** Throws `store_failed`. Only one control plane uses a data directory at a time. */
export async function openSigningKey(path: string): Promise<Uint8Array> {
  try {
    const present = await readPrivateFile(path, KEY_BYTES);
    if (present !== null && present.length !== KEY_BYTES) throw damaged(path);
    if (present !== null) return present;
    const key = randomBytes(KEY_BYTES);
    await writePrivateFile(path, key);
    return key;
  } catch (error) {
    throw fileFailed(`use the key ${path}`, error);
  }
}
