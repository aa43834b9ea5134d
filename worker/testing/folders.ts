/** Run folders for tests. */
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { RunFolder } from '../run-folder/run-folder.ts';

const compressReally = promisify(zstdCompress);

/** A run folder in memory; every method may be replaced by a test. */
export function memoryFolder(): RunFolder & { objects: Map<string, Uint8Array>; writes: string[] } {
  const objects = new Map<string, Uint8Array>();
  const writes: string[] = [];
  return {
    objects,
    /** Paths in the order in which they were written. */
    writes,
    read: async (path) => objects.get(path) ?? null,
    async write(path, bytes) {
      objects.set(path, bytes);
      writes.push(path);
    },
    clockOffsetMs: async () => 0,
    close: async () => {},
  };
}

/** Counts calls of real things (disk, compression), so that a simulated clock can stand still during them. */
export class RealWork {
  #underWay = 0;
  readonly isBusy = (): boolean => this.#underWay > 0;

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
    }
  }

  readonly compress = (bytes: Uint8Array): Promise<Uint8Array> => this.during(() => compressReally(bytes));

  /** The folder, with all its calls counted. */
  in(folder: RunFolder): RunFolder {
    return {
      read: (path) => this.during(() => folder.read(path)),
      write: (path, bytes) => this.during(() => folder.write(path, bytes)),
      clockOffsetMs: () => this.during(() => folder.clockOffsetMs()),
      close: () => this.during(() => folder.close()),
    };
  }
}

/** An error as the file system throws it. */
export function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made up by a test`), { code });
}
