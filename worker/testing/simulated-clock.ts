/** A clock for tests: time passes only when everything else has come to rest, and then at once. */
import type { Clock } from '../clock.ts';

interface Timer {
  atMs: number;
  fire(): void;
}

/** Turns of the event loop without any timer after which nothing more can be expected to happen. */
const IDLE_TURNS_MAX = 20_000;

export class SimulatedClock implements Clock {
  /** True while something real (a file being written) is under way: time stands still then. */
  isBusy: () => boolean = () => false;
  #nowMs = 1_000;
  readonly #epochAtZeroMs: number;
  readonly #timers = new Set<Timer>();

  constructor(epochNowMs = 1_700_000_000_000) {
    this.#epochAtZeroMs = epochNowMs - this.#nowMs;
  }

  epochMs(): number {
    return this.#epochAtZeroMs + this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  monotonicMsAt(epochMs: number): number {
    return epochMs - this.#epochAtZeroMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const timer: Timer = {
        atMs: this.#nowMs + Math.max(0, ms),
        fire: () => {
          this.#timers.delete(timer);
          signal?.removeEventListener('abort', timer.fire);
          resolve();
        },
      };
      this.#timers.add(timer);
      signal?.addEventListener('abort', timer.fire, { once: true });
    });
  }

  /** Lets time pass until the promise settles. Fails when it cannot, because nothing is left to happen. */
  async runUntil<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    for (let idleTurns = 0; idleTurns < IDLE_TURNS_MAX; idleTurns++) {
      await this.#rest();
      if (settled) return promise;
      if (this.#fireNext(Number.POSITIVE_INFINITY)) idleTurns = 0;
    }
    throw new Error('nothing is left to happen, and the promise is not settled');
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    do await this.#rest();
    while (this.#fireNext(untilMs));
    this.#nowMs = untilMs;
  }

  /** Resolves when nothing but time can make anything happen. */
  async #rest(): Promise<void> {
    do {
      for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    } while (this.isBusy());
  }

  #fireNext(untilMs: number): boolean {
    let next: Timer | null = null;
    for (const timer of this.#timers) if (next === null || timer.atMs < next.atMs) next = timer;
    if (next === null || next.atMs > untilMs) return false;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.fire();
    return true;
  }
}
