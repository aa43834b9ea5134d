/**
 * Where a control plane on a laptop keeps everything: `loadstar.sqlite`, `objects/` and `tasks/` in one folder, used by one control plane
 * at a time.
 */
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { LoadstarError } from '../../../core/errors.ts';
import { fileFailed } from './file-errors.ts';
import { openFileLock } from './file-lock.ts';

export interface DataDirectory {
  path: string;
  databasePath: string;
  objectsPath: string;
  tasksPath: string;
  /** Lets another control plane have it. */
  close(): void;
}

/** Who uses the folder: for the one who is refused. */
const holderSchema = z.object({ pid: z.int(), hostname: z.string(), since: z.string() });
type Holder = z.infer<typeof holderSchema>;

const LOCK = 'lock';
const HOLDER = 'holder.json';

/**
 * Opens the folder, creating it for its owner only when it is missing. Throws `home_in_use` naming the holder while another control plane
 * uses it (a dead one never does), `store_failed` when it cannot be used.
 */
export function openDataDirectory(home: string): DataDirectory {
  const path = makeFolders(home);
  const lock = openFileLock(join(path, LOCK));
  if (!lock.tryAcquire()) {
    lock.close();
    throw new LoadstarError('home_in_use', `the data directory ${path} is in use ${describe(readHolder(path))}`);
  }
  try {
    writeHolder(path, { pid: process.pid, hostname: hostname(), since: new Date().toISOString() });
  } catch (error) {
    lock.close();
    throw fileFailed(`write in the data directory ${path}`, error);
  }
  return {
    path,
    databasePath: join(path, 'loadstar.sqlite'),
    objectsPath: join(path, 'objects'),
    tasksPath: join(path, 'tasks'),
    close() {
      rmSync(join(path, HOLDER), { force: true });
      lock.close();
    },
  };
}

/** A folder that is there already may be somebody's on purpose: its mode stays, and what is inside is for the owner only. */
function makeFolders(home: string): string {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const path = realpathSync(home);
    for (const name of ['objects', 'tasks']) mkdirSync(join(path, name), { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    throw fileFailed(`use the data directory ${home}`, error);
  }
}

function writeHolder(path: string, holder: Holder): void {
  const draft = join(path, `${HOLDER}.draft`);
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  renameSync(draft, join(path, HOLDER));
}

/** Null when it cannot be told: the holder has only just begun, or somebody touched the file. */
function readHolder(path: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(join(path, HOLDER), 'utf8')));
  } catch {
    return null;
  }
}

function describe(holder: Holder | null): string {
  if (holder === null) return 'by another control plane';
  return `by the control plane with process id ${holder.pid} on ${holder.hostname}, since ${holder.since}`;
}
