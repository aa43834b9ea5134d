/**
 * A virtual user: walks its flow again and again, one request at a time. When it may begin a request is for its load model to say; all that
 * happens is callbacks, no promise is made per request.
 */
import type { CompiledFlow } from '../compile/compile-flow.ts';
import type { CompiledRequest } from '../compile/compile-request-step.ts';
import { Http1Client } from '../protocols/http1/client.ts';
import { Http1Request } from '../protocols/http1/request.ts';
import type { Client, Exchange, ExchangeListener } from '../protocols/protocol.ts';
import type { LabelRecord, SampleTimes } from '../recording/label-record.ts';
import { judge } from '../verdict.ts';
import { drawThinkTimeMs } from './draw-think-time.ts';
import type { LoadContext, LoadUser } from './load-context.ts';
import { UserScope } from './user-scope.ts';
import { halt, Walk } from './walk.ts';

/** Says when a user may begin its next request, and hears when it will begin none. */
export interface LoadModel {
  /** It begins no request any more. */
  readonly isOver: boolean;
  /** It starts users on whole iterations: they ask before each, and not before the first request in it. */
  readonly startsIterations: boolean;
  /** The user has come to a request, and the think-time before it is over; `dueMs` is when that ended, null when there was none. */
  ready(user: VirtualUser, nowMs: number, dueMs: number | null): void;
  /** The user has done all that it was to do, and leaves. */
  retired(user: VirtualUser): void;
  /** Begins no request any more from here on. */
  end(): void;
}

export interface UserOptions {
  /** Its number in the whole run. */
  index: number;
  flow: CompiledFlow;
  /** Null: no end. */
  iterationsMax: number | null;
  model: LoadModel;
}

/** What a user that sleeps will do when it wakes. */
const afterwards = { request: 0, walk: 1, nextIteration: 2 } as const;

export class VirtualUser implements ExchangeListener, SampleTimes, LoadUser {
  /** When the request under way times out; Infinity without one. */
  deadlineMs = Number.POSITIVE_INFINITY;
  /** Of the request under way, or of the start that was taken and will be its. */
  plannedAtMs: number | null = null;
  isLate = false;
  wakeAtMs = 0;
  /** The next one in the line of free users. */
  next: VirtualUser | null = null;

  #context: LoadContext;
  #options: UserOptions;
  #client: Client<Http1Request>;
  #scope: UserScope;
  #walk: Walk;
  #iterations = 0;
  /** The request that it stands at. */
  #at: CompiledRequest | null = null;
  /** The one under way, and where its sample is counted. */
  #underWay: CompiledRequest | null = null;
  #record: LabelRecord | null = null;
  #sent: Http1Request | null = null;
  /** It was given a planned start before it had come to a request. */
  #hasStart = false;
  #afterwards: number = afterwards.request;
  #isActive = false;
  #hasLeft = false;

  constructor(options: UserOptions, context: LoadContext) {
    const { flow, index } = options;
    this.#options = options;
    this.#context = context;
    this.#scope = new UserScope(index, flow.state);
    this.#walk = new Walk(flow.program, this.#scope, flow.state, context.recorder);
    this.#client = new Http1Client({
      origins: flow.origins,
      userIndex: index,
      listener: this,
      settings: flow.http,
      fill: (text) => flow.fill(text, this.#scope),
      random: Math.random,
    });
    flow.state.users.add(this);
  }

  /** A request is under way. */
  get isUnderWay(): boolean {
    return this.#underWay !== null;
  }

  /** It has begun nothing of its next iteration; asked within `ready`. */
  get isBetweenIterations(): boolean {
    return this.#at === null && this.#walk.isBetweenIterations;
  }

  /**
   * Begins the request that it stands at, or walks on to one. `plannedAtMs`: null when it was not planned for an instant; else the next request is
   * the one that was.
   */
  begin(nowMs: number, plannedAtMs: number | null, isLate: boolean): void {
    this.plannedAtMs = plannedAtMs;
    this.isLate = isLate;
    if (!this.#isActive) {
      this.#isActive = true;
      this.#context.recorder.usersChanged(1);
    }
    if (this.#at !== null) this.#send(this.#at, nowMs);
    else {
      this.#hasStart = plannedAtMs !== null;
      this.#goOn(nowMs);
    }
  }

  onEnded(exchange: Exchange): void {
    const request = this.#underWay;
    if (request === null) return;
    const nowMs = exchange.isFromCache ? this.#skip(exchange) : this.#count(request, exchange);
    this.#underWay = null;
    this.#sent = null;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#goOn(nowMs);
    this.#context.requestEnded();
  }

  /** Its think-time, or what else it slept for, is over. */
  wake(nowMs: number): void {
    if (this.#hasLeft) return;
    if (this.#afterwards === afterwards.walk) this.#goOn(nowMs);
    else if (this.#afterwards === afterwards.nextIteration) this.#options.model.ready(this, nowMs, null);
    else if (this.#hasStart && this.#at !== null) {
      if (this.#options.model.isOver) this.leave();
      else {
        this.#context.beginsLate(nowMs, this.wakeAtMs);
        this.#send(this.#at, nowMs);
      }
    } else this.#options.model.ready(this, nowMs, this.wakeAtMs);
  }

  timeOut(nowMs: number): void {
    this.#client.timeOut(nowMs);
  }

  /** Drops the request under way, which stays without a result. */
  drop(): void {
    if (this.#underWay === null) return;
    this.#record?.dropped(this);
    this.#walk.transactions?.drop();
    this.#underWay = null;
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
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    if (this.#hasStart) this.#context.recorder.droppedStarts(1);
    this.#walk.transactions?.leave(performance.now());
    this.rest();
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#client.close();
    this.#options.flow.state.users.delete(this);
  }

  /** Walks on to the next thing that takes time. */
  #goOn(nowMs: number): void {
    const walk = this.#walk;
    const { model } = this.#options;
    this.#at = null;
    walk.nowMs = nowMs;
    for (let isWalking = true; isWalking; ) {
      if (model.isOver) {
        // Where it will begin nothing any more, there is no need to sleep before that.
        this.leave();
        return;
      }
      if (walk.isBetweenIterations) this.#client.iterationBegan();
      switch (walk.next()) {
        case halt.request:
          this.#arrive(walk.request!, walk.nowMs);
          return;
        case halt.pause:
          this.#sleep(walk.nowMs, walk.pauseMs, afterwards.walk);
          return;
        case halt.turn:
          this.#sleep(walk.nowMs, walk.restMs, afterwards.walk);
          return;
        case halt.iterationOver:
          isWalking = this.#endIteration(walk);
          break;
        case halt.leave:
          this.#retire();
          return;
        case halt.leaveAll:
          this.#endAll(false);
          return;
        case halt.leaveAllNow:
          this.#endAll(true);
          return;
      }
    }
  }

  /** True: the next iteration may begin at once. */
  #endIteration(walk: Walk): boolean {
    const { iterationsMax, model } = this.#options;
    if (++this.#iterations === iterationsMax) {
      this.#retire();
      return false;
    }
    if (!walk.didSomething) {
      // A start that was for this iteration has come to its end with it.
      this.#hasStart &&= !model.startsIterations;
      this.#sleep(walk.nowMs, walk.restMs, model.startsIterations ? afterwards.nextIteration : afterwards.walk);
      return false;
    }
    if (model.startsIterations) {
      model.ready(this, walk.nowMs, null);
      return false;
    }
    return true;
  }

  /** Stands at a request now. */
  #arrive(request: CompiledRequest, nowMs: number): void {
    const { model } = this.#options;
    this.#at = request;
    // A request that is due waits for nobody's thoughts.
    const thinks = request.thinkTime !== null && !(this.#hasStart && !model.startsIterations);
    const thinkMs = thinks ? drawThinkTimeMs(request.thinkTime!, Math.random) : 0;
    if (thinkMs > 0) this.#sleep(nowMs, thinkMs, afterwards.request);
    else if (this.#hasStart) this.#send(request, nowMs);
    else model.ready(this, nowMs, null);
  }

  #sleep(nowMs: number, ms: number, next: number): void {
    this.#afterwards = next;
    this.wakeAtMs = nowMs + ms;
    // What the flow itself waits for is no delay of the request that was planned.
    if (this.#hasStart && this.plannedAtMs !== null) this.plannedAtMs += ms;
    this.#context.sleep(this);
  }

  #send(request: CompiledRequest, nowMs: number): void {
    const scope = this.#scope;
    this.#at = null;
    this.#hasStart = false;
    this.#underWay = request;
    this.deadlineMs = nowMs + request.timeoutMs;
    this.#context.requestBegan();
    const made = scope.problem ?? request.fixed ?? request.make(scope);
    scope.problem = null;
    if (request.isAbsorbed) {
      request.callingLabel?.fill(scope);
      this.#record = null;
      this.#walk.transactions?.planned(this);
    } else {
      this.#record = request.record ?? this.#walk.recordOf(request.label.fill(scope) || request.url);
      this.#record.began();
    }
    if (made instanceof Http1Request) {
      this.#sent = made;
      this.#client.begin(made, nowMs);
    } else this.#client.beginFailed(request.url, made, nowMs);
  }

  /** Counts the sample of the request that has ended. The instant to go on from. */
  #count(request: CompiledRequest, exchange: Exchange): number {
    const scope = this.#scope;
    this.#walk.moved();
    if (request.extractors.length > 0) this.#extract(request, exchange);
    const failure = judge(exchange, request.assertions, scope);
    scope.lastSampleOk = failure === null;
    const title = failure === null ? '' : `${request.method} ${this.#sent?.url ?? request.url}`;
    const { transactions } = this.#walk;
    if (transactions !== null) return transactions.sample(this.#record, exchange, this, failure, title);
    return this.#context.recorder.ended(this.#record!, exchange, this, failure, title);
  }

  #extract({ extractors }: CompiledRequest, exchange: Exchange): void {
    // A page is the first of its own parts, as JMeter has it.
    const { children } = exchange;
    const parts = children.length === 0 ? children : [exchange, ...children];
    for (const extractor of extractors) extractor.extract(exchange, parts, this.#scope);
  }

  /** Nothing was sent, so there is no sample. */
  #skip(exchange: Exchange): number {
    this.#record?.abandoned();
    return exchange.endedAtMs;
  }

  #retire(): void {
    this.leave();
    this.#options.model.retired(this);
  }

  /** An action of the flow ends the execution, in this task. */
  #endAll(isNow: boolean): void {
    const { flow, model } = this.#options;
    this.leave();
    model.end();
    if (isNow) for (const user of [...flow.state.users]) user.drop();
    this.#context.stopped(flow.state, isNow);
  }
}
