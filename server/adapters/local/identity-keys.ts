/** The keys of the embedded OpenID provider in a file of the data directory, for its owner only, made at the first start. */
import { type IdentityKeys, identityKeysSchema, makeIdentityKeys } from '../../identity/keys.ts';
import { fileFailed } from './file-errors.ts';
import { damaged, readPrivateFile, writePrivateFile } from './private-file.ts';

const BYTES_MAX = 64 * 1024;

/** Throws `store_failed`, which never repeats what is in the file. With new keys everybody has to sign in again. */
export async function openIdentityKeys(path: string): Promise<IdentityKeys> {
  try {
    const present = await readPrivateFile(path, BYTES_MAX);
    if (present !== null) return readKeys(path, present.toString());
    const keys = makeIdentityKeys();
    await writePrivateFile(path, Buffer.from(`${JSON.stringify(keys, null, 2)}\n`));
    return keys;
  } catch (error) {
    throw fileFailed(`use the key ${path}`, error);
  }
}

function readKeys(path: string, text: string): IdentityKeys {
  try {
    return identityKeysSchema.parse(JSON.parse(text));
  } catch {
    throw damaged(path);
  }
}
