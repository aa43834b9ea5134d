/** The load of a shard, from go to its end: executions side by side, timeouts, windows, and the end with its grace. */
import type { Shard } from '../../../core/plan/shard.ts';
import { Distribution } from '../../../core/statistics/distribution.ts';
import type { CompiledFlow } from '../compile/compile-flow.ts';
import { Pacer } from '../pacing/pacer.ts';
import type { CreateWaker } from '../pacing/waker.ts';
import type { Recorder } from '../recording/recorder.ts';
import { ClosedLoad } from './closed-load.ts';
import type { ExecutionLoad } from './execution-load.ts';
import { LoadContext } from './load-context.ts';
import { OpenLoad } from './open-load.ts';
import { ThinkTimes } from './think-times.ts';
import { Timeouts } from './timeouts.ts';

export interface LoadOptions {
  shard: Shard;
  /** One for each execution. */
  flows: readonly CompiledFlow[];
  recorder: Recorder;
  /** What requests under way get when the load has come to its planned end. */
  gracefulStopMs: number;
  /** An action of a flow has ended the shard's execution of that number: other threads have parts of it. */
  onStopped?(execution: number, isNow: boolean): void;
}

export class Load {
  /** Lateness of starts for which a user was free. */
  readonly startLateness = new Distribution();

  #options: LoadOptions;
  #context: LoadContext;
  #executions: readonly ExecutionLoad[];
  #thinkTimes = new ThinkTimes();
  #pacer: Pacer;
  #timeouts: Timeouts | null = null;
  #windowTimer: NodeJS.Timeout | null = null;
  #graceTimer: NodeJS.Timeout | null = null;
  #graceEndsAtMs = Number.POSITIVE_INFINITY;
  #running = 0;
  #ended = Promise.withResolvers<void>();
  #hasEnded = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#context = new LoadContext({
      recorder: options.recorder,
      startLateness: this.startLateness,
      sleep: (user) => {
        this.#thinkTimes.add(user);
        this.#pacer.changed(user.wakeAtMs);
      },
      onIdle: () => this.#endIfIdle(),
      onStopped: (state, isNow) => {
        const execution = options.flows.findIndex((flow) => flow.state === state);
        options.onStopped?.(execution, isNow);
      },
    });
    this.#executions = options.shard.executions.map((execution, index) => {
      const flow = options.flows[index]!;
      const onOver = (): void => this.#executionOver();
      return execution.model === 'closed'
        ? new ClosedLoad(execution, flow, this.#context, onOver)
        : new OpenLoad(execution, flow, this.#context, onOver);
    });
    this.#pacer = new Pacer([...this.#executions, this.#thinkTimes]);
  }

  /** It begins things at instants that are measured, for which timers of a millisecond are too coarse. */
  get needsPacing(): boolean {
    return this.#executions.some(({ needsPacing }) => needsPacing);
  }

  get isRunning(): boolean {
    return this.#timeouts !== null;
  }

  /** Begins; resolves when all is over and the last window is handed over. `startAtMs`: go, just passed; `goAtMs`: the same as the control plane's epoch. */
  run({
    startAtMs,
    goAtMs,
    createWaker,
  }: {
    startAtMs: number;
    goAtMs: number;
    createWaker: CreateWaker;
  }): Promise<void> {
    const timeouts = this.#options.flows.map(({ program }) => program.shortestTimeoutMs);
    this.#timeouts = new Timeouts(this.#context.users, Math.min(...timeouts));
    this.#options.recorder.start(startAtMs);
    this.#running = this.#executions.length;
    for (const [i, execution] of this.#executions.entries()) {
      execution.start(startAtMs + this.#options.shard.executions[i]!.beginSeconds(goAtMs) * 1_000);
    }
    this.#pacer.start(createWaker);
    if (!this.#hasEnded) this.#closeNextWindow();
    return this.#ended.promise;
  }

  /** Begins no request any more, and gives those under way `graceMs`. */
  stop(graceMs: number): void {
    this.#setGrace(graceMs);
    for (const execution of this.#executions) execution.end();
  }

  /** Ends one execution, as an action of its flow does; `isNow`: with the requests under way. */
  stopExecution(execution: number, isNow: boolean): void {
    this.#executions[execution]?.end();
    if (isNow) for (const user of [...(this.#options.flows[execution]?.state.users ?? [])]) user.drop();
  }

  #executionOver(): void {
    if (--this.#running > 0) return;
    this.#setGrace(this.#options.gracefulStopMs);
    // Not at once: it may be that a request has just ended, and is still being looked after.
    setImmediate(() => this.#endIfIdle());
  }

  /** The shortest grace given counts. */
  #setGrace(graceMs: number): void {
    const endsAtMs = performance.now() + graceMs;
    if (endsAtMs >= this.#graceEndsAtMs || this.#hasEnded) return;
    this.#graceEndsAtMs = endsAtMs;
    if (this.#graceTimer !== null) clearTimeout(this.#graceTimer);
    this.#graceTimer = setTimeout(() => this.#dropAll(), graceMs);
  }

  #dropAll(): void {
    for (const user of this.#context.users) user.drop();
    this.#endIfIdle();
  }

  #endIfIdle(): void {
    if (this.#running > 0 || this.#context.requestsUnderWay > 0 || this.#hasEnded) return;
    this.#hasEnded = true;
    this.#pacer.close();
    this.#timeouts?.close();
    if (this.#graceTimer !== null) clearTimeout(this.#graceTimer);
    if (this.#windowTimer !== null) clearTimeout(this.#windowTimer);
    this.#options.recorder.finish(performance.now());
    this.#ended.resolve();
  }

  /** Windows are handed over in time even when no sample comes. */
  #closeNextWindow(): void {
    const { recorder } = this.#options;
    this.#windowTimer = setTimeout(
      () => {
        recorder.closeSeconds(performance.now());
        this.#closeNextWindow();
      },
      Math.max(1, recorder.secondEndsAtMs - performance.now()),
    );
  }
}
