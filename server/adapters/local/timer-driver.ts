/** Drives runs by timers of this process. */
import type { ProcessDriver, TickOutcome } from '../../ports/driver.ts';
import type { Log } from '../../ports/log.ts';

/** Calls back once, after so many milliseconds; returns what prevents that. */
export type After = (milliseconds: number, call: () => void) => () => void;

export interface TimerDriverOptions {
  tick(runId: string): Promise<TickOutcome>;
  log: Log;
  /** Default: the system's timers. */
  after?: After;
}

/** Short enough for tasks not to lose touch with their control plane when one tick fails. */
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 5_000;
/** What timers can hold. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export function createTimerDriver(options: TimerDriverOptions): ProcessDriver {
  return new TimerDriver(options);
}

interface Driven {
  runId: string;
  /** Prevents the next tick; null while one is under way. */
  cancel: (() => void) | null;
  /** Woken during a tick: what woke it may have come too late for that one. */
  woken: boolean;
  failuresInRow: number;
}

class TimerDriver implements ProcessDriver {
  readonly #options: TimerDriverOptions;
  readonly #after: After;
  readonly #driven = new Map<string, Driven>();
  readonly #ticks = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: TimerDriverOptions) {
    this.#options = options;
    this.#after = options.after ?? systemAfter;
  }

  async drive(runId: string): Promise<void> {
    if (this.#stopped || this.#driven.has(runId)) return;
    const driven: Driven = { runId, cancel: null, woken: false, failuresInRow: 0 };
    this.#driven.set(runId, driven);
    this.#schedule(driven, 0);
  }

  async wake(runId: string): Promise<void> {
    const driven = this.#driven.get(runId);
    if (driven === undefined) return;
    if (driven.cancel === null) driven.woken = true;
    else this.#schedule(driven, 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { cancel } of this.#driven.values()) cancel?.();
    this.#driven.clear();
    await Promise.all(this.#ticks);
  }

  #schedule(driven: Driven, milliseconds: number): void {
    driven.cancel?.();
    driven.cancel = this.#after(milliseconds, () => {
      const tick = this.#turn(driven).finally(() => this.#ticks.delete(tick));
      this.#ticks.add(tick);
    });
  }

  async #turn(driven: Driven): Promise<void> {
    driven.cancel = null;
    driven.woken = false;
    const outcome = await this.#tick(driven);
    if (this.#stopped) return;
    if (outcome.final) this.#driven.delete(driven.runId);
    else this.#schedule(driven, driven.woken ? 0 : timerMs(outcome.nextInMs));
  }

  async #tick(driven: Driven): Promise<TickOutcome> {
    try {
      const outcome = await this.#options.tick(driven.runId);
      driven.failuresInRow = 0;
      return outcome;
    } catch (error) {
      const nextInMs = Math.min(RETRY_MS_MIN * 2 ** driven.failuresInRow++, RETRY_MS_MAX);
      const { message } = error instanceof Error ? error : { message: String(error) };
      this.#options.log('error', 'a tick failed and is tried again', { runId: driven.runId, error: message, nextInMs });
      return { final: false, nextInMs };
    }
  }
}

/** A time that a timer can hold. What is none must not become a busy loop. */
function timerMs(milliseconds: number): number {
  if (Number.isNaN(milliseconds)) return RETRY_MS_MAX;
  return Math.min(Math.max(milliseconds, 0), TIMER_MS_MAX);
}

const systemAfter: After = (milliseconds, call) => {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
};
