/**
 * A virtual user: walks the steps of its flow again and again, one request at a time. When it may begin a request is for its load model
 * to say; all that happens is callbacks, no promise is made per request.
 */
import { httpSettingsDefault } from '../../../core/scenario/scenario.ts';
import type { CompiledFlow, CompiledStep } from '../compile/compile-flow.ts';
import { Http1Client } from '../protocols/http1/client.ts';
import type { Http1Request } from '../protocols/http1/request.ts';
import type { Client, Exchange, ExchangeListener } from '../protocols/protocol.ts';
import type { SampleTimes } from '../recording/label-record.ts';
import { judge } from '../verdict.ts';
import type { LoadContext, LoadUser } from './load-context.ts';

/** Says when a user may begin its next request, and hears when it will begin none. */
export interface LoadModel {
  /** The user's request is over, and so is the think-time behind it; `dueMs` is when that ended, null when there was none. */
  ready(user: VirtualUser, nowMs: number, dueMs: number | null): void;
  /** The user has done all its iterations, and leaves. */
  retired(user: VirtualUser): void;
}

export interface UserOptions {
  /** Its number in the whole run. */
  index: number;
  flow: CompiledFlow;
  /** Null: no end. */
  iterationsMax: number | null;
  model: LoadModel;
}

export class VirtualUser implements ExchangeListener, SampleTimes, LoadUser {
  /** When the request under way times out; Infinity without one. */
  deadlineMs = Number.POSITIVE_INFINITY;
  /** Of the request under way. */
  plannedAtMs: number | null = null;
  isLate = false;
  wakeAtMs = 0;
  /** The next one in the line of free users. */
  next: VirtualUser | null = null;

  #context: LoadContext;
  #options: UserOptions;
  #client: Client<Http1Request>;
  #stepIndex = 0;
  #iterations = 0;
  /** Whose request is under way. */
  #step: CompiledStep | null = null;
  #isActive = false;
  #hasLeft = false;

  constructor(options: UserOptions, context: LoadContext) {
    this.#options = options;
    this.#context = context;
    this.#client = new Http1Client({
      origins: options.flow.origins,
      userIndex: options.index,
      listener: this,
      settings: httpSettingsDefault,
      fill: (text) => text,
      random: Math.random,
    });
  }

  get isUnderWay(): boolean {
    return this.#step !== null;
  }

  /** Its next request is the first of an iteration; asked within `ready`. */
  get isBetweenIterations(): boolean {
    return this.#step === null && this.#stepIndex === 0;
  }

  /** Begins the request of its present step. `plannedAtMs`: null when it was not planned for an instant. */
  begin(nowMs: number, plannedAtMs: number | null, isLate: boolean): void {
    const step = this.#options.flow.steps[this.#stepIndex]!;
    this.#step = step;
    this.plannedAtMs = plannedAtMs;
    this.isLate = isLate;
    this.deadlineMs = nowMs + step.timeoutMs;
    if (!this.#isActive) {
      this.#isActive = true;
      this.#context.recorder.usersChanged(1);
    }
    this.#context.requestBegan();
    step.record.began();
    this.#client.begin(step.request, nowMs);
  }

  onEnded(exchange: Exchange): void {
    const step = this.#step;
    if (step === null) return;
    const failure = judge(exchange, step.assertions);
    const nowMs = this.#context.recorder.ended(step.record, exchange, this, failure, step.title);
    this.#step = null;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#goOn(step, nowMs);
    this.#context.requestEnded();
  }

  /** Its think-time is over. */
  wake(nowMs: number): void {
    if (!this.#hasLeft) this.#options.model.ready(this, nowMs, this.wakeAtMs);
  }

  timeOut(nowMs: number): void {
    this.#client.timeOut(nowMs);
  }

  /** Drops the request under way, which stays without a result. */
  drop(): void {
    const step = this.#step;
    if (step === null) return;
    this.#context.recorder.dropped(step.record, this);
    this.#step = null;
    this.leave();
    this.#context.requestEnded();
  }

  /** Waits for a start: does not count as active meanwhile. */
  rest(): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    this.#context.recorder.usersChanged(-1);
  }

  /** Closes its connections; it begins nothing any more. */
  leave(): void {
    this.rest();
    this.#hasLeft = true;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#client.close();
  }

  #goOn(step: CompiledStep, nowMs: number): void {
    const { flow, iterationsMax, model } = this.#options;
    if (++this.#stepIndex === flow.steps.length) {
      this.#stepIndex = 0;
      if (++this.#iterations === iterationsMax) {
        this.leave();
        model.retired(this);
        return;
      }
    }
    if (step.thinkTimeMs === 0) model.ready(this, nowMs, null);
    else {
      this.wakeAtMs = nowMs + step.thinkTimeMs;
      this.#context.sleep(this);
    }
  }
}
