/** What the users of a load share. */
import type { Distribution } from '../../../core/statistics/distribution.ts';
import type { Sleeper } from '../pacing/wake-heap.ts';
import { toUs } from '../recording/label-record.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { FlowState } from './flow-state.ts';

/** A user, as those see it who look after all of them. */
export interface LoadUser extends Sleeper {
  /** When the request under way times out; Infinity without one. */
  readonly deadlineMs: number;
  /** Its think-time is over. */
  wake(nowMs: number): void;
  timeOut(nowMs: number): void;
  /** Drops the request under way, if any, which stays without a result. */
  drop(): void;
}

export interface LoadContextOptions {
  recorder: Recorder;
  /** Lateness of starts that was the generator's own. */
  startLateness: Distribution;
  /** Has the user woken at its `wakeAtMs`. */
  sleep(user: LoadUser): void;
  /** A request has ended and none is under way. */
  onIdle(): void;
  /** An action of a flow has ended the execution whose users share the state. */
  onStopped(state: FlowState, isNow: boolean): void;
}

export class LoadContext {
  readonly recorder: Recorder;
  /** All users that have begun. */
  readonly users: LoadUser[] = [];

  #options: LoadContextOptions;
  #requestsUnderWay = 0;

  constructor(options: LoadContextOptions) {
    this.recorder = options.recorder;
    this.#options = options;
  }

  get requestsUnderWay(): number {
    return this.#requestsUnderWay;
  }

  requestBegan(): void {
    this.#requestsUnderWay++;
  }

  requestEnded(): void {
    if (--this.#requestsUnderWay === 0) this.#options.onIdle();
  }

  sleep(user: LoadUser): void {
    this.#options.sleep(user);
  }

  /** An action of a flow has ended the execution; `isNow`: with the requests under way. */
  stopped(state: FlowState, isNow: boolean): void {
    this.#options.onStopped(state, isNow);
  }

  /** Something that was due, and could have begun then, begins now. */
  beginsLate(nowMs: number, dueMs: number): void {
    this.#options.startLateness.record(toUs(nowMs - dueMs));
  }
}
