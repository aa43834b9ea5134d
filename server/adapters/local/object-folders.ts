/** The folders between the root of an object store and its files. None of them may be a symbolic link: it could lead anywhere. */
import { lstat, mkdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoadstarError } from '../../../core/errors.ts';
import { syncFolder } from './draft-files.ts';
import { codeOf } from './file-errors.ts';

/** What looking for an object's file answers when there is none. */
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO']);

/** For `catch`: null for "nothing there"; any other error goes on. */
export function nullWhenNotThere(error: unknown): null {
  if (NOT_THERE.has(codeOf(error))) return null;
  throw error;
}

/** Whether every part below `root` is there, and a folder, and no link to one. */
export async function isRealFolder(root: string, parts: readonly string[]): Promise<boolean> {
  for (let i = 1; i <= parts.length; i++) {
    const stats = await lstat(join(root, ...parts.slice(0, i))).catch(nullWhenNotThere);
    if (!stats?.isDirectory()) return false;
  }
  return true;
}

/** Makes the missing folders. Throws `option_invalid` when a part is an object or a symbolic link. */
export async function makeFolder(root: string, parts: readonly string[]): Promise<void> {
  for (let i = 1; i <= parts.length; i++) {
    const path = join(root, ...parts.slice(0, i));
    const stats = await lstat(path).catch(nullWhenNotThere);
    if (stats === null) {
      // A task may make the same folder at the same time.
      await mkdir(path, { recursive: true, mode: 0o700 });
      await syncFolder(dirname(path));
    } else if (!stats.isDirectory()) {
      const what = stats.isSymbolicLink() ? 'a symbolic link' : 'an object';
      throw new LoadstarError('option_invalid', `${parts.slice(0, i).join('/')} is ${what}, not a folder`);
    }
  }
}

/** Removes folders that have become empty, innermost first: an object may have that name now. */
export async function pruneFolders(root: string, parts: readonly string[]): Promise<void> {
  for (let i = parts.length; i > 0; i--) {
    try {
      await rmdir(join(root, ...parts.slice(0, i)));
    } catch {
      return;
    }
  }
}
