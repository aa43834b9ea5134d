/**
 * One user who walks its flow once, slowly enough to be looked at: the same programs, clients, extractors and assertions as in a run, but pauses are
 * short, loops end soon, and what happens in each step is told.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrialStep } from '../../core/api/trials.ts';
import { limits } from '../../core/limits.ts';
import type { Mask } from '../../core/secrets/secret-mask.ts';
import type { CompiledFlow } from '../native/compile/compile-flow.ts';
import type { CompiledRequest } from '../native/compile/compile-request-step.ts';
import { type Failure, failure } from '../native/failure.ts';
import { drawThinkTimeMs } from '../native/load/draw-think-time.ts';
import { UserScope } from '../native/load/user-scope.ts';
import { halt, Walk } from '../native/load/walk.ts';
import { Http1Client } from '../native/protocols/http1/client.ts';
import { Http1Request } from '../native/protocols/http1/request.ts';
import type { Exchange } from '../native/protocols/protocol.ts';
import type { Recorder } from '../native/recording/recorder.ts';
import { judge } from '../native/verdict.ts';
import { boundLoops } from './bound-loops.ts';
import { TrialNotes } from './trial-notes.ts';
import { type Walked, walkedStep } from './walked-step.ts';
import { ExchangeWatch } from './watched-connection.ts';

export interface TrialUserOptions {
  flow: CompiledFlow;
  recorder: Recorder;
  /** Hides what is secret in what is shown only in part; all else that is told is masked as a whole. */
  mask: Mask;
  /** How many requests it may send. */
  requestsMax: number;
  /** Aborted: it begins nothing any more, and what is under way ends. */
  signal: AbortSignal;
  onStep(step: TrialStep): void;
  /** Something is done otherwise than in a run. */
  onNote(message: string): void;
}

/** Why it went no further; `done`: it came to the end of its flow. */
export type TrialEnd = 'done' | 'too-many-requests' | 'no-requests' | 'over';

/** Of going around without a request or a pause, which would never end. */
const TURNS_MAX = 20;
const isOver = failure('timeout', `the ${limits.trialSecondsMax} s of the try were over`);

export class TrialUser {
  #options: TrialUserOptions;
  #scope: UserScope;
  #walk: Walk;
  #client: Http1Client;
  #watch: ExchangeWatch;
  #notes: TrialNotes;
  #onEnded: (exchange: Exchange) => void = () => {};
  #requests = 0;

  constructor(options: TrialUserOptions) {
    const { flow, mask, recorder, onNote } = options;
    this.#options = options;
    this.#watch = new ExchangeWatch(mask);
    this.#notes = new TrialNotes(mask, onNote);
    this.#scope = new UserScope(0, flow.state);
    const program = boundLoops(flow.program, (times) => this.#notes.loopCut(times));
    this.#walk = new Walk(program, this.#scope, flow.state, recorder);
    this.#client = new Http1Client({
      origins: flow.origins,
      userIndex: 0,
      listener: { onEnded: (exchange) => this.#onEnded(exchange) },
      settings: flow.http,
      fill: (text) => flow.fill(text, this.#scope),
      random: Math.random,
      openConnection: this.#watch.open,
    });
  }

  /** Walks the flow; when it resolves, nothing is open any more. */
  async walk(): Promise<TrialEnd> {
    try {
      this.#client.iterationBegan();
      return await this.#walkOn();
    } finally {
      this.#walk.transactions?.leave(performance.now());
      this.#client.close();
    }
  }

  async #walkOn(): Promise<TrialEnd> {
    const walk = this.#walk;
    const { requestsMax, signal } = this.#options;
    for (let turns = 0; turns < TURNS_MAX; ) {
      if (signal.aborted) return 'over';
      walk.nowMs = performance.now();
      switch (walk.next()) {
        case halt.request: {
          const request = walk.request!;
          turns = 0;
          if (this.#requests++ >= requestsMax) return 'too-many-requests';
          if (request.thinkTime !== null) await this.#pause(drawThinkTimeMs(request.thinkTime, Math.random));
          if (signal.aborted) return 'over';
          await this.#request(request);
          break;
        }
        case halt.pause:
          await this.#pause(walk.pauseMs);
          break;
        case halt.turn:
          turns++;
          await sleep(walk.restMs);
          break;
        default:
          return 'done';
      }
    }
    return 'no-requests';
  }

  async #pause(ms: number): Promise<void> {
    const mostMs = limits.trialPauseSecondsMax * 1_000;
    if (ms > mostMs) this.#notes.pauseCut();
    await sleep(Math.min(ms, mostMs), undefined, { signal: this.#options.signal }).catch(() => {});
  }

  async #request(request: CompiledRequest): Promise<void> {
    const scope = this.#scope;
    const { mask, signal } = this.#options;
    const made = scope.problem ?? request.fixed ?? request.make(scope);
    scope.problem = null;
    const label = request.label.fill(scope) || request.url;
    const sent = made instanceof Http1Request ? made : null;
    const ended = Promise.withResolvers<void>();
    const end = (walked: Omit<Walked, 'label' | 'request' | 'sent' | 'attempts' | 'mask'>): void => {
      const attempts = this.#watch.take(performance.now());
      this.#options.onStep(walkedStep({ ...walked, label, request, sent, attempts, mask }));
      ended.resolve();
    };
    this.#onEnded = (exchange) => end(this.#finish(request, exchange, sent?.url ?? request.url));
    const nowMs = performance.now();
    const onAbort = (): void => {
      this.#onEnded = () => {};
      // What came until then is still to be seen, so before its connections are closed.
      end({ failure: isOver, assertions: [], variables: [], exchange: null, startedAtMs: nowMs });
      this.#client.close();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => this.#client.timeOut(performance.now()), request.timeoutMs);
    if (made instanceof Http1Request) this.#client.begin(made, nowMs);
    else this.#client.beginFailed(request.url, made, nowMs);
    await ended.promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }

  /** What becomes of a response: in the order of a run. The exchange is valid during this call only. */
  #finish(
    request: CompiledRequest,
    exchange: Exchange,
    url: string,
  ): Pick<Walked, 'failure' | 'assertions' | 'variables' | 'exchange' | 'startedAtMs'> {
    const scope = this.#scope;
    const startedAtMs = exchange.sentAtMs;
    if (exchange.isFromCache) return { failure: null, assertions: [], variables: [], exchange, startedAtMs };
    this.#walk.moved();
    const { children } = exchange;
    const parts = children.length === 0 ? children : [exchange, ...children];
    const variables = this.#notes.extract(request, exchange, parts, scope);
    const found: Failure | null = judge(exchange, request.assertions, scope);
    // All of them are shown, though the first that does not hold settles it.
    const assertions = exchange.failure === null ? this.#notes.check(request, exchange, scope) : [];
    scope.lastSampleOk = found === null;
    const title = found === null ? '' : `${request.method} ${url}`;
    const times = { plannedAtMs: null, isLate: false };
    this.#walk.transactions?.sample(null, exchange, times, found, title);
    return { failure: found, assertions, variables, exchange, startedAtMs };
  }
}
