/**
 * Objects as plain files below one folder, so that tasks and people read and write them as such. An object is replaced by renaming a
 * whole draft over it. All changes of the store's processes are made under one lock of the machine, which makes conditions hold across
 * processes; tasks write without it, but only objects of their own. Symbolic links are not followed: a link is no object, and no folder.
 */
import { constants, mkdirSync, realpathSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { LoadstarError } from '../../../core/errors.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import {
  checkObjectKey,
  checkObjectPrefix,
  checkPrefixToDelete,
  compareKeys,
  isObjectKey,
} from '../../ports/object-key.ts';
import type { BytesPart, ObjectBody, ObjectInfo, ObjectStore, ReadableObject } from '../../ports/object-store.ts';
import { createMutex } from '../mutex.ts';
import { etagOfBody, etagOfPieces } from './content-etags.ts';
import { dropDraft, sweepDrafts, syncFolder, writeDraft } from './draft-files.ts';
import { codeOf, fileFailed } from './file-errors.ts';
import { type FileLock, openFileLock } from './file-lock.ts';
import { isRealFolder, makeFolder, nullWhenNotThere, pruneFolders } from './object-folders.ts';

const LOCK_WAIT_MS_MAX = 30_000;
const LOCK_RETRY_MS_MAX = 5;
const SWEEP_EVERY_MS = 3600 * 1000;
/** Files looked at side by side while listing. */
const LIST_CONCURRENCY = 64;
const CHUNK_BYTES = 64 * 1024;
/** Without blocking on a pipe that lies where an object should, and without following a link. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
export interface FilesystemObjectStore extends ObjectStore {
  /** The URL under which a task on this machine finds the objects below a prefix: `file:///.../`. */
  urlOf(prefix: string): string;
  close(): void;
}

/** A store in the folder `root`, which is created when missing. Throws `store_failed`. */
export function createFilesystemObjectStore(root: string): FilesystemObjectStore {
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    return new Store(realpathSync(root));
  } catch (error) {
    throw fileFailed(`open the object store ${root}`, error);
  }
}

class Store implements FilesystemObjectStore {
  readonly #root: string;
  readonly #drafts: string;
  readonly #mutex = createMutex();
  #lock: FileLock | null = null;
  #sweptAtMs = 0;

  constructor(root: string) {
    this.#root = root;
    this.#drafts = join(root, runFolderPaths.temporary);
  }

  urlOf(prefix: string): string {
    return `${pathToFileURL(this.#pathOf(checkObjectPrefix(prefix))).href}/`;
  }

  close(): void {
    this.#lock?.close();
    this.#lock = null;
  }

  async read(key: string): Promise<ReadableObject | null> {
    const parts = checkObjectKey(key);
    try {
      const stats = await this.#withFile(parts, async (_file, found) => found);
      if (stats === null) return null;
      return {
        key,
        sizeBytes: stats.size,
        modifiedAtMs: stats.mtimeMs,
        chunks: (part) => this.#chunks(key, stats.size, part),
      };
    } catch (error) {
      throw fileFailed(`read ${key} in ${this.#root}`, error);
    }
  }

  async get(key: string): Promise<{ body: Uint8Array; etag: string } | null> {
    const parts = checkObjectKey(key);
    try {
      return await this.#withFile(parts, async (file) => {
        const body = await file.readFile();
        return { body, etag: etagOfBody(body) };
      });
    } catch (error) {
      throw fileFailed(`read ${key} in ${this.#root}`, error);
    }
  }

  async put(key: string, body: ObjectBody, condition?: { ifAbsent: true } | { ifMatch: string }): Promise<string> {
    const parts = checkObjectKey(key);
    try {
      const streamed = body instanceof Uint8Array ? null : etagOfPieces(body);
      const draft = await writeDraft(this.#drafts, streamed?.pieces ?? body);
      const etag = body instanceof Uint8Array ? etagOfBody(body) : (streamed?.etag() ?? '');
      try {
        await this.#exclusively(async () => {
          if (condition !== undefined) await this.#checkCondition(key, parts, condition);
          await this.#moveIntoPlace(draft, parts);
        });
      } catch (error) {
        await dropDraft(draft);
        throw error;
      }
      await this.#sweep();
      return etag;
    } catch (error) {
      throw fileFailed(`write ${key} in ${this.#root}`, error);
    }
  }

  async list(prefix: string): Promise<ObjectInfo[]> {
    const parts = checkObjectPrefix(prefix);
    try {
      if (!(await isRealFolder(this.#root, parts))) return [];
      const keys: string[] = [];
      await this.#collectKeys(parts, keys);
      keys.sort(compareKeys);
      const infos: ObjectInfo[] = [];
      for (let i = 0; i < keys.length; i += LIST_CONCURRENCY) {
        const some = await Promise.all(keys.slice(i, i + LIST_CONCURRENCY).map((key) => this.#infoOf(key)));
        for (const info of some) if (info !== null) infos.push(info);
      }
      return infos;
    } catch (error) {
      throw fileFailed(`list ${prefix === '' ? 'the objects' : prefix} in ${this.#root}`, error);
    }
  }

  async delete(key: string): Promise<void> {
    const parts = checkObjectKey(key);
    try {
      await this.#exclusively(async () => {
        if (!(await isRealFolder(this.#root, parts.slice(0, -1)))) return;
        const stats = await lstat(this.#pathOf(parts)).catch(nullWhenNotThere);
        if (stats === null || stats.isDirectory()) return;
        await unlink(this.#pathOf(parts));
        await pruneFolders(this.#root, parts.slice(0, -1));
      });
    } catch (error) {
      throw fileFailed(`delete ${key} in ${this.#root}`, error);
    }
  }

  async deletePrefix(prefix: string): Promise<void> {
    const parts = checkPrefixToDelete(prefix);
    try {
      await this.#exclusively(async () => {
        if (!(await isRealFolder(this.#root, parts))) return;
        await rm(this.#pathOf(parts), { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
        await pruneFolders(this.#root, parts.slice(0, -1));
      });
    } catch (error) {
      throw fileFailed(`delete ${prefix} in ${this.#root}`, error);
    }
  }

  #pathOf(parts: readonly string[]): string {
    return join(this.#root, ...parts);
  }

  /** Runs `work` while no other process, nor anybody else in this one, changes the store. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#mutex(async () => {
      const lock = await this.#acquireLock();
      try {
        return await work();
      } finally {
        lock.release();
      }
    });
  }

  async #acquireLock(): Promise<FileLock> {
    if (this.#lock === null) {
      await mkdir(this.#drafts, { recursive: true, mode: 0o700 });
      this.#lock = openFileLock(join(this.#drafts, 'lock'));
    }
    const lock = this.#lock;
    const startedAtMs = performance.now();
    while (!lock.tryAcquire()) {
      if (performance.now() - startedAtMs > LOCK_WAIT_MS_MAX) {
        const waited = `for ${LOCK_WAIT_MS_MAX / 1000} s`;
        throw new LoadstarError(
          'store_failed',
          `another process has kept the object store ${this.#root} locked ${waited}`,
        );
      }
      // Not the same for all who wait, so that they do not collide for ever.
      await sleep(1 + Math.random() * LOCK_RETRY_MS_MAX);
    }
    return lock;
  }

  async #checkCondition(
    key: string,
    parts: readonly string[],
    condition: { ifAbsent: true } | { ifMatch: string },
  ): Promise<void> {
    const etag = await this.#withFile(parts, async (file) => etagOfBody(await file.readFile()));
    if ('ifAbsent' in condition) {
      if (etag !== null) throw new LoadstarError('conflict', `${key} is there already`);
    } else if (etag === null) {
      throw new LoadstarError('conflict', `${key} is not there any more`);
    } else if (etag !== condition.ifMatch) {
      throw new LoadstarError('conflict', `${key} has changed since it was read`);
    }
  }

  async #moveIntoPlace(draft: string, parts: readonly string[]): Promise<void> {
    const path = this.#pathOf(parts);
    const folder = dirname(path);
    if (!(await isRealFolder(this.#root, parts.slice(0, -1)))) await makeFolder(this.#root, parts.slice(0, -1));
    try {
      await rename(draft, path);
    } catch (error) {
      if (!['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
      throw new LoadstarError('option_invalid', `${parts.join('/')} is the folder of other objects`, { cause: error });
    }
    await syncFolder(folder);
  }

  async *#chunks(
    key: string,
    sizeBytes: number,
    { from, to }: BytesPart = { from: 0, to: sizeBytes },
  ): AsyncGenerator<Uint8Array> {
    try {
      const opened = await this.#openFile(checkObjectKey(key));
      try {
        if (opened?.stats.size !== sizeBytes) throw new LoadstarError('conflict', `${key} was replaced meanwhile`);
        for (let position = from; position < to; ) {
          const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, to - position));
          const { bytesRead } = await opened.file.read(buffer, 0, buffer.length, position);
          if (bytesRead === 0) throw new LoadstarError('conflict', `${key} was cut short meanwhile`);
          position += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await opened?.file.close();
      }
    } catch (error) {
      throw fileFailed(`read ${key} in ${this.#root}`, error);
    }
  }

  /** What `read` makes of the object's file; null when there is none. */
  async #withFile<T>(
    parts: readonly string[],
    read: (file: FileHandle, stats: Stats) => Promise<T>,
  ): Promise<T | null> {
    const opened = await this.#openFile(parts);
    if (opened === null) return null;
    try {
      return await read(opened.file, opened.stats);
    } finally {
      await opened.file.close();
    }
  }

  /** Whoever calls it closes the file. */
  async #openFile(parts: readonly string[]): Promise<{ file: FileHandle; stats: Stats } | null> {
    if (!(await isRealFolder(this.#root, parts.slice(0, -1)))) return null;
    const file = await open(this.#pathOf(parts), READ_FLAGS).catch(nullWhenNotThere);
    if (file === null) return null;
    let stats: Stats | null = null;
    try {
      stats = await file.stat();
    } finally {
      if (!stats?.isFile()) await file.close();
    }
    return stats.isFile() ? { file, stats } : null;
  }

  async #collectKeys(folder: readonly string[], found: string[]): Promise<void> {
    const entries = await readdir(this.#pathOf(folder), { withFileTypes: true }).catch(nullWhenNotThere);
    for (const entry of entries ?? []) {
      const parts = [...folder, entry.name];
      const key = parts.join('/');
      // What cannot be a key was not put here by the store, and nobody could get it.
      if (!isObjectKey(key)) continue;
      if (entry.isDirectory()) await this.#collectKeys(parts, found);
      else if (entry.isFile()) found.push(key);
    }
  }

  async #infoOf(key: string): Promise<ObjectInfo | null> {
    const parts = key.split('/');
    const stats = await lstat(this.#pathOf(parts)).catch(nullWhenNotThere);
    if (stats === null) return null;
    return stats.isFile() ? { key, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs } : null;
  }

  async #sweep(): Promise<void> {
    const nowMs = Date.now();
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    await sweepDrafts(this.#drafts, nowMs);
  }
}
