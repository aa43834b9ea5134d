/** Reads a file as it grows, from its beginning, in memory of a fixed size. */
import { type FileHandle, open } from 'node:fs/promises';
import { LoadstarError } from '../../../core/errors.ts';

const BUFFER_BYTES = 1024 * 1024;
/** What is not whole within so many bytes is no row. */
const ROW_BYTES_MAX = 16 * 1024 * 1024;

/** Takes whole rows from the beginning of `bytes`, of which `length` count; how many bytes these were. */
export type TakeRows = (bytes: Buffer, length: number) => number;

export class TailFile {
  readonly path: string;
  readonly #take: TakeRows;
  #file: FileHandle | null = null;
  #buffer: Buffer = Buffer.allocUnsafe(0);
  /** Bytes at the buffer's beginning that were read and not taken. */
  #kept = 0;
  #offset = 0;

  constructor(path: string, take: TakeRows) {
    this.path = path;
    this.#take = take;
  }

  /** Bytes that belong to no whole row yet. */
  get restBytes(): number {
    return this.#kept;
  }

  /**
   * Reads what is there, at most one buffer of it. True: there may be more. A file that is not there yet is empty; one that has become shorter
   * was begun anew. Throws `task_failed` when it cannot be read.
   */
  async readSome(): Promise<boolean> {
    try {
      this.#file ??= await openIfThere(this.path);
      if (this.#file === null) return false;
      if (this.#buffer.length === 0) this.#buffer = Buffer.allocUnsafe(BUFFER_BYTES);
      const { bytesRead } = await this.#file.read(
        this.#buffer,
        this.#kept,
        this.#buffer.length - this.#kept,
        this.#offset,
      );
      if (bytesRead === 0) return await this.#hasBegunAnew(this.#file);
      this.#offset += bytesRead;
      this.#takeRows(this.#kept + bytesRead);
      return true;
    } catch (error) {
      if (error instanceof LoadstarError) throw error;
      const { message } = error as Error;
      throw new LoadstarError('task_failed', `the samples in ${this.path} cannot be read: ${message}`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
    this.#buffer = Buffer.allocUnsafe(0);
  }

  #takeRows(length: number): void {
    const taken = this.#take(this.#buffer, length);
    this.#buffer.copyWithin(0, taken, length);
    this.#kept = length - taken;
    if (this.#kept < this.#buffer.length) return;
    if (this.#kept >= ROW_BYTES_MAX) {
      throw new LoadstarError('task_failed', `a row in ${this.path} is longer than ${ROW_BYTES_MAX} bytes`);
    }
    this.#buffer = Buffer.concat([this.#buffer], this.#buffer.length * 2);
  }

  async #hasBegunAnew(file: FileHandle): Promise<boolean> {
    const { size } = await file.stat();
    if (size >= this.#offset) return false;
    this.#offset = 0;
    this.#kept = 0;
    return true;
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
