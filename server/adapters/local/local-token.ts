/**
 * A token for whoever may read the data folder: the command line on this machine uses it. Each start makes another one, in a file for its owner only;
 * it counts while this control plane runs, and for requests from this machine.
 */
import { unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashToken, newToken } from '../../security/token.ts';
import { fileFailed } from './file-errors.ts';
import { writePrivateFile } from './private-file.ts';

export const LOCAL_PORT_FILE = 'local-port';

export interface LocalToken {
  /** SHA-256, hex. */
  hash: string;
  /** Tells the command line which port it is for: on a machine of many, another one may be somebody else's. */
  serveOn(port: number): Promise<void>;
  /** Removes what it has written. */
  close(): Promise<void>;
}

/** Throws `store_failed`. */
export async function openLocalToken(path: string): Promise<LocalToken> {
  const token = newToken('lsl');
  const portPath = join(dirname(path), LOCAL_PORT_FILE);
  const write = async (file: string, text: string) => {
    try {
      await writePrivateFile(file, Buffer.from(`${text}\n`));
    } catch (error) {
      throw fileFailed(`write the token ${file}`, error);
    }
  };
  await write(path, token);
  return {
    hash: hashToken(token),
    serveOn: (port) => write(portPath, String(port)),
    async close() {
      for (const file of [path, portPath]) await unlink(file).catch(() => {});
    },
  };
}
