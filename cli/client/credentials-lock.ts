/** One program at a time renews what lies in the file of credentials: a refresh token works once. */
import { mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Nobody takes this long; whoever has died left it. */
const LEFT_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** `path`: of the file of credentials. */
export async function withCredentialsLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const lock = `${path}.lock`;
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 });
  while (!(await tryLock(lock))) await sleep(LOOK_EVERY_MS);
  try {
    return await work();
  } finally {
    await unlink(lock).catch(() => {});
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const stats = await stat(lock).catch(() => null);
  if (stats !== null && Date.now() - stats.mtimeMs > LEFT_AFTER_MS) await unlink(lock).catch(() => {});
  return false;
}
