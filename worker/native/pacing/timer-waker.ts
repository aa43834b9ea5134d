/** A waker on Node's own timers: cheap, and 1 to 2 ms late. For instants that nobody measures. */
import type { Waker } from './waker.ts';

/** Node's timers take no longer delay. */
const DELAY_MS_MAX = 2 ** 31 - 1;

export class TimerWaker implements Waker {
  #onWake: () => void;
  #dueMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;

  constructor(onWake: () => void) {
    this.#onWake = onWake;
  }

  wakeAt(dueMs: number): void {
    this.close();
    this.#dueMs = dueMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const waitMs = dueMs - performance.now();
    if (waitMs <= 0) this.#immediate = setImmediate(() => this.#check());
    else this.#timer = setTimeout(() => this.#check(), Math.min(waitMs, DELAY_MS_MAX));
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
  }

  #check(): void {
    if (performance.now() < this.#dueMs) this.wakeAt(this.#dueMs);
    else this.#onWake();
  }
}
