/** Drafts: files written in full beside the objects, then renamed into place. A crash leaves at most a draft, which is swept later. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectBody } from '../../ports/object-store.ts';

const PREFIX = 'draft-';
/** No write takes this long; a draft this old belongs to nobody. */
const LEFTOVER_AFTER_MS = 3600 * 1000;

/** Writes the bytes to a new file in `folder` (created when missing) and on to the disk. Its path. */
export async function writeDraft(folder: string, body: ObjectBody): Promise<string> {
  const path = join(folder, `${PREFIX}${randomUUID()}`);
  try {
    const file = await openDraft(folder, path);
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await dropDraft(path);
    throw error;
  }
  return path;
}

export async function dropDraft(path: string): Promise<void> {
  await unlink(path).catch(() => {});
}

/** Removes the drafts of writers that died. Never throws: it is done again some other time. */
export async function sweepDrafts(folder: string, nowMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => null);
    if (stats !== null && nowMs - stats.mtimeMs > LEFTOVER_AFTER_MS) await dropDraft(path);
  }
}

/** Makes what was renamed into a folder outlive a crash. Not all file systems can do that; the file itself is on the disk by then. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  if (folder === null) return;
  await folder.sync().catch(() => {});
  await folder.close();
}

async function openDraft(folder: string, path: string) {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return open(path, 'wx', 0o600);
  }
}
