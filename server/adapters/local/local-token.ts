/**
 * A token for whoever may read the data folder: the command line on this machine uses it. Each start makes another one, in a file for its owner only;
 * it counts while this control plane runs, and for requests from this machine.
 */
import { unlink } from 'node:fs/promises';
import { hashToken, newToken } from '../../security/token.ts';
import { fileFailed } from './file-errors.ts';
import { writePrivateFile } from './private-file.ts';

export interface LocalToken {
  /** SHA-256, hex. */
  hash: string;
  /** Removes the file. */
  close(): Promise<void>;
}

/** Throws `store_failed`. */
export async function openLocalToken(path: string): Promise<LocalToken> {
  const token = newToken('lsl');
  try {
    await writePrivateFile(path, Buffer.from(`${token}\n`));
  } catch (error) {
    throw fileFailed(`write the token ${path}`, error);
  }
  return { hash: hashToken(token), close: () => unlink(path).catch(() => {}) };
}
