/** A run folder on a file system, local or shared (`file:///...`). */
import { mkdir, open, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import type { RunFolder } from './run-folder.ts';

/** Objects are written here first; beside all that is listed, so that nobody takes a half-written one for an object. */
const TEMPORARY = '.tmp';
const CLOCK_PROBES = 5;
/** Below, the offset is the file system's resolution and the scheduling of two calls. */
const OFFSET_MS_MIN = 20;
/** File systems that store whole seconds, or every second one, tell nothing finer. */
const COARSE_OFFSET_MS_MIN = 2_000;

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
};

/** `root`: absolute path of the run folder, which must exist. Paths given to its methods are taken as checked. */
export function openFileRunFolder(root: string, id: TaskId): RunFolder {
  // Regions have no dots in their names, so no two tasks share it.
  const temporary = join(root, TEMPORARY, `${id.region}.${id.task}`);
  let written = 0;

  async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(root, path);
    const draft = join(temporary, `${process.pid}-${written++}`);
    try {
      const file = await open(draft, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, target);
    } catch (error) {
      await unlink(draft).catch(() => {});
      throw error;
    }
    await syncFolder(dirname(target));
  }

  async function makeFolders(path: string): Promise<void> {
    // Without this, a run folder that was deleted meanwhile would come back with nothing but this task's files.
    await stat(root);
    await mkdir(temporary, { recursive: true });
    await mkdir(dirname(join(root, path)), { recursive: true });
  }

  return {
    async read(path) {
      try {
        return await readFile(join(root, path));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw failed('read', path, error);
      }
    },

    async write(path, bytes) {
      try {
        await writeDurably(path, bytes).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
          await makeFolders(path);
          await writeDurably(path, bytes);
        });
      } catch (error) {
        throw failed('write', path, error);
      }
    },

    async clockOffsetMs() {
      try {
        await makeFolders('clock');
        return await measureOffsetMs(join(temporary, 'clock'));
      } catch (error) {
        throw failed('write', `${TEMPORARY}/${id.region}.${id.task}/clock`, error);
      }
    },

    async close() {
      await rm(temporary, { recursive: true, force: true }).catch(() => {});
      // Fails while another task has its drafts there.
      await rmdir(join(root, TEMPORARY)).catch(() => {});
    },
  };
}

/** The file system's clock minus ours: the probe with the shortest round trip tells it best. */
async function measureOffsetMs(probe: string): Promise<number> {
  let offsetMs = 0;
  let shortestMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < CLOCK_PROBES; i++) {
    await rm(probe, { force: true });
    const before = Date.now();
    const file = await open(probe, 'wx');
    try {
      await file.write('x');
      const { mtimeNs } = await file.stat({ bigint: true });
      const after = Date.now();
      if (after - before < shortestMs) {
        shortestMs = after - before;
        offsetMs = offsetOf(mtimeNs, before, after);
      }
    } finally {
      await file.close();
    }
  }
  await rm(probe, { force: true });
  return offsetMs;
}

/**
 * Offset told by one probe: a file was written between `beforeMs` and `afterMs` of this machine's clock and got the modification time
 * `mtimeNs`. 0 when the file system's resolution explains the difference.
 */
export function offsetOf(mtimeNs: bigint, beforeMs: number, afterMs: number): number {
  const mtimeMs = Number(mtimeNs / 1_000n) / 1_000;
  const offsetMs = mtimeMs - (beforeMs + afterMs) / 2;
  const smallestMs = mtimeNs % 1_000_000_000n === 0n ? COARSE_OFFSET_MS_MIN : OFFSET_MS_MIN;
  return Math.abs(offsetMs) <= smallestMs + (afterMs - beforeMs) / 2 ? 0 : offsetMs;
}

/** Makes a rename outlive a crash. Some file systems cannot sync a folder; the object itself is synced by then. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync().catch(() => {});
  } finally {
    await folder.close();
  }
}

function failed(verb: 'read' | 'write', path: string, error: unknown): LoadstarError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'the run folder is gone' : (REASONS[code] ?? message);
  return new LoadstarError(
    'store_failed',
    `cannot ${verb} ${path} in the run folder: ${reason} (${code || 'no code'})`,
    {
      cause: error,
    },
  );
}
