/** Lets things begin at their planned instants, whatever plans them: asks its sources when the next one is due, and has them begin it then. */
import type { CreateWaker, Waker } from './waker.ts';

export interface PacedSource {
  /** When it next has something to begin, in milliseconds of `performance.now()`; Infinity: nothing that it knows of. */
  readonly nextDueMs: number;
  /** Begins what is due by `nowMs`. */
  runDue(nowMs: number): void;
}

export class Pacer {
  #sources: readonly PacedSource[];
  #waker: Waker | null = null;
  /** What the waker is set to. */
  #armedMs = Number.POSITIVE_INFINITY;
  #isRunning = false;

  constructor(sources: readonly PacedSource[]) {
    this.#sources = sources;
  }

  /** Begins what is due by now. */
  start(createWaker: CreateWaker): void {
    this.#waker = createWaker(() => this.#turn());
    this.#turn();
  }

  /** A source may have something to begin earlier than before. */
  changed(nextDueMs: number): void {
    if (!this.#isRunning && nextDueMs < this.#armedMs) this.#arm();
  }

  close(): void {
    this.#waker?.close();
    this.#waker = null;
  }

  #turn(): void {
    // One instant for the whole turn: what becomes due meanwhile waits for the next, so that responses are read in between.
    const nowMs = performance.now();
    this.#armedMs = Number.POSITIVE_INFINITY;
    this.#isRunning = true;
    for (const source of this.#sources) if (source.nextDueMs <= nowMs) source.runDue(nowMs);
    this.#isRunning = false;
    this.#arm();
  }

  #arm(): void {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const source of this.#sources) if (source.nextDueMs < nextMs) nextMs = source.nextDueMs;
    if (nextMs === this.#armedMs) return;
    this.#armedMs = nextMs;
    this.#waker?.wakeAt(nextMs);
  }
}
