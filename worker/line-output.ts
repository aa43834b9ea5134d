/**
 * A task's standard output. Lines are written in order and off the event loop: a reader that is slow, stuck or gone never holds up the
 * load. What does not fit the bounded queue is dropped and counted; a closed pipe is no error.
 */
import { write } from 'node:fs';
import type { Clock } from './clock.ts';

/** Writes some of the bytes and says how many. */
export type WriteSome = (bytes: Uint8Array) => Promise<number>;

const QUEUE_BYTES_MAX = 4 * 1024 * 1024;
const FULL_PIPE_RETRY_MS = 5;

/** Writes to a file descriptor that is already open. */
export function writeToDescriptor(descriptor: number): WriteSome {
  return (bytes) =>
    new Promise((resolve, reject) => {
      write(descriptor, bytes, 0, bytes.length, null, (error, written) => (error ? reject(error) : resolve(written)));
    });
}

export class LineOutput {
  /** Lines that were lost: the queue was full, or the disk. */
  dropped = 0;
  readonly #write: WriteSome;
  readonly #clock: Clock;
  readonly #queueBytesMax: number;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #closed = false;
  #working: Promise<void> | null = null;

  constructor(options: { write: WriteSome; clock: Clock; queueBytesMax?: number }) {
    this.#write = options.write;
    this.#clock = options.clock;
    this.#queueBytesMax = options.queueBytesMax ?? QUEUE_BYTES_MAX;
  }

  /** Queues one line (without its newline) and returns at once. */
  print(line: string): void {
    if (this.#closed) return;
    const bytes = Buffer.from(`${line}\n`);
    if (this.#queuedBytes + bytes.length > this.#queueBytesMax) {
      this.dropped++;
      return;
    }
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#working ??= this.#work();
  }

  /** Resolves when all was written, or after `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    const timeout = new AbortController();
    await Promise.race([this.#working, this.#clock.sleep(timeoutMs, timeout.signal)]);
    timeout.abort();
  }

  async #work(): Promise<void> {
    let halfLine = false;
    for (let line = this.#queue[0]; line !== undefined; line = this.#queue[0]) {
      // After a line that broke off, the next one must not be glued to it.
      const whole = await this.#writeAll(halfLine ? Buffer.concat([Buffer.from('\n'), line]) : line);
      halfLine = !whole;
      if (!whole) this.dropped++;
      this.#queue.shift();
      this.#queuedBytes -= line.length;
      if (this.#closed) {
        this.#queue = [];
        this.#queuedBytes = 0;
      }
    }
    this.#working = null;
  }

  /** False when the line was lost. */
  async #writeAll(line: Uint8Array): Promise<boolean> {
    let rest = line;
    while (rest.length > 0) {
      try {
        rest = rest.subarray(await this.#write(rest));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN') {
          await this.#clock.sleep(FULL_PIPE_RETRY_MS);
          continue;
        }
        // A full disk may get room again; all else (EPIPE, EBADF, EIO) means that nobody reads any more.
        if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') this.#closed = true;
        return false;
      }
    }
    return true;
  }
}
