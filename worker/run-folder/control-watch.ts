/**
 * Watches `control.json` for one task: what the control plane ordered, and whether it is still there (the lease).
 *
 *     wait -> go -> stop       only ever forward, whatever is read later
 *
 * The lease is renewed by every higher revision, and runs out on this machine's monotonic clock. A control file that is missing,
 * damaged or cannot be read for a moment is no order; it only leaves the lease running.
 */
import { type Control, controlSchema, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Clock } from '../clock.ts';
import { type Log, messageOf } from '../log.ts';
import type { RunFolder } from './run-folder.ts';

export interface ControlWatchOptions {
  folder: RunFolder;
  clock: Clock;
  log: Log;
  pollMs: number;
  leaseSeconds: number;
}

/** What the control plane wants, once it is known. */
export type Order =
  | { kind: 'go'; goAtMs: number }
  | { kind: 'stop'; reason: NonNullable<Control['stopReason']> | 'unstated' }
  /** Nothing new was heard for the length of the lease. */
  | { kind: 'lease-expired' };

export class ControlWatch {
  readonly #options: ControlWatchOptions;
  readonly #onOrder: (order: Order) => void;
  readonly #closed = new AbortController();
  #revision = 0;
  #state: Control['state'] = 'wait';
  #leaseEndsAtMs: number;
  /** Why the last read gave nothing; null when it gave something. Logged when it changes, not at every poll. */
  #trouble: string | null = null;

  /** Begins to watch. `onOrder` is called at most once with go, and at most once, last of all, with stop or lease-expired. */
  constructor(options: ControlWatchOptions, onOrder: (order: Order) => void) {
    this.#options = options;
    this.#onOrder = onOrder;
    this.#leaseEndsAtMs = options.clock.monotonicMs() + options.leaseSeconds * 1_000;
    void this.#watch();
  }

  /** Ends watching; no order comes after. */
  close(): void {
    this.#closed.abort();
  }

  async #watch(): Promise<void> {
    const { clock, pollMs } = this.#options;
    while (!this.#closed.signal.aborted) {
      await this.#poll();
      if (this.#closed.signal.aborted || this.#state === 'stop') return;
      const leftMs = this.#leaseEndsAtMs - clock.monotonicMs();
      if (leftMs <= 0) {
        this.#onOrder({ kind: 'lease-expired' });
        return;
      }
      await clock.sleep(Math.min(pollMs, leftMs), this.#closed.signal);
    }
  }

  /** One read, given up when the lease has run out; after a stall of this process it still gets the time of a poll. */
  async #poll(): Promise<void> {
    const { clock, folder, leaseSeconds, pollMs } = this.#options;
    const beganAtMs = clock.monotonicMs();
    const givenUp = new AbortController();
    const patienceMs = Math.max(this.#leaseEndsAtMs - beganAtMs, pollMs);
    const reading = folder.read(runFolderPaths.control).then(readControl, (error: unknown) => messageOf(error));
    const read = await Promise.race([reading, clock.sleep(patienceMs, givenUp.signal)]);
    givenUp.abort();
    if (this.#closed.signal.aborted) return;
    this.#noteTrouble(typeof read === 'string' ? read : read === undefined ? 'reading it takes too long' : null);
    if (typeof read !== 'object' || read.revision <= this.#revision) return;
    this.#revision = read.revision;
    // What was read was written before the read ended, perhaps long before: count from when it began.
    this.#leaseEndsAtMs = beganAtMs + leaseSeconds * 1_000;
    this.#obey(read);
  }

  #obey(control: Control): void {
    if (control.state === 'go' && this.#state === 'wait' && control.goAtMs !== null) {
      this.#state = 'go';
      this.#onOrder({ kind: 'go', goAtMs: control.goAtMs });
    } else if (control.state === 'stop' && this.#state !== 'stop') {
      this.#state = 'stop';
      this.#onOrder({ kind: 'stop', reason: control.stopReason ?? 'unstated' });
    }
  }

  #noteTrouble(trouble: string | null): void {
    if (trouble !== null && trouble !== this.#trouble) {
      this.#options.log('warn', 'control.json gives no orders for now', { because: trouble });
    } else if (trouble === null && this.#trouble !== null) {
      this.#options.log('info', 'control.json can be read again');
    }
    this.#trouble = trouble;
  }
}

/** The control file's content, or what is wrong with it. */
function readControl(bytes: Uint8Array | null): Control | string {
  if (bytes === null) return 'it is missing';
  try {
    const control = controlSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return control.state === 'go' && control.goAtMs === null ? 'it says go, but not when' : control;
  } catch {
    return 'it is damaged';
  }
}
