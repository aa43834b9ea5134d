/**
 * The native engine on several worker threads: each has its own part of the task's shard, its own event loop, connections and pacing, and
 * measures for itself; this thread merges what they measured, which is adding, and does nothing else. What scenarios share within a task
 * (counters of functions, properties that steps set) each thread has for itself.
 */
import { LoadstarError } from '../../../core/errors.ts';
import { ByteReader } from '../../../core/statistics/bytes.ts';
import { Distribution } from '../../../core/statistics/distribution.ts';
import { addDistribution } from '../../../core/statistics/statistics-codec.ts';
import type { Engine, EngineContext, EngineOutcome } from '../../engine.ts';
import { monotonicOffsetMs } from '../pacing/monotonic-clock.ts';
import { carry, uncarry } from './carried-error.ts';
import { EngineThread } from './engine-thread.ts';
import type { FromThread } from './messages.ts';
import { WindowMerger } from './window-merger.ts';

/** A thread that has not ended this long after the grace that it was given is stuck, and is ended. */
const STOP_PATIENCE_MS = 1_500;
/** Different things that threads say are passed on once. */
const SAID_MAX = 1_000;

export class ThreadedEngine implements Engine {
  readonly #context: EngineContext;
  readonly #program: URL;
  readonly #merger: WindowMerger;
  readonly #threads: EngineThread[] = [];
  /** Threads that have to prepare themselves, and those that have to end. */
  readonly #preparing = new Set<number>();
  readonly #running = new Set<number>();
  readonly #prepared = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #files = new Map<string, Promise<Uint8Array>>();
  readonly #said = new Set<string>();
  readonly #outcome = { startSkewMs: 0, startLateness: new Distribution(), eventLoopLagMs: { p50: 0, p99: 0, max: 0 } };
  #isRunning = false;
  #isStopped = false;
  #stopTimer: NodeJS.Timeout | null = null;

  /** `program`: what each thread runs. */
  constructor(context: EngineContext, program = new URL('./thread-main.ts', import.meta.url)) {
    this.#context = context;
    this.#program = program;
    this.#merger = new WindowMerger(context.plan.threadsPerTask, (window) => context.onWindow(window));
    // Whoever awaits them hears of it; nobody may.
    this.#prepared.promise.catch(() => {});
    this.#ended.promise.catch(() => {});
  }

  prepare(): Promise<void> {
    const { id, plan, secrets } = this.#context;
    for (let thread = 0; thread < plan.threadsPerTask; thread++) {
      this.#preparing.add(thread);
      const events = {
        onMessage: (message: FromThread) => this.#take(thread, message),
        onDeath: (error: LoadstarError) => this.#fail(error),
      };
      this.#threads.push(new EngineThread({ plan, id, secrets, thread }, events, this.#program));
    }
    return this.#prepared.promise;
  }

  async run(startAtMs: number, goAtMs: number): Promise<EngineOutcome> {
    if (this.#threads.length === 0 || this.#preparing.size > 0) {
      throw new LoadstarError('internal', 'the engine was run before it was prepared');
    }
    if (this.#isStopped) return { startSkewMs: 0, startLateness: new Distribution() };
    this.#isRunning = true;
    const sharedStartAtMs = startAtMs + monotonicOffsetMs();
    for (const [thread, each] of this.#threads.entries()) {
      this.#running.add(thread);
      each.send({ kind: 'run', startAtMs: sharedStartAtMs, goAtMs });
    }
    try {
      await this.#ended.promise;
    } finally {
      this.#close();
    }
    return this.#outcome;
  }

  stop(graceMs: number): void {
    this.#isStopped = true;
    if (!this.#isRunning) {
      this.#prepared.resolve();
      this.#close();
      return;
    }
    for (const thread of this.#threads) thread.send({ kind: 'stop', graceMs });
    this.#stopTimer ??= setTimeout(() => {
      const stuck = [...this.#running].join(', ');
      this.#fail(new LoadstarError('task_failed', `told to stop, these worker threads did not end: ${stuck}`));
    }, graceMs + STOP_PATIENCE_MS);
  }

  #take(thread: number, message: FromThread): void {
    switch (message.kind) {
      case 'prepared':
        this.#preparing.delete(thread);
        if (this.#preparing.size === 0) this.#prepared.resolve();
        break;
      case 'read-file':
        void this.#giveFile(thread, message.path);
        break;
      case 'log':
        this.#say(message);
        break;
      case 'window':
        this.#merge(() => this.#merger.add(thread, message.segment));
        break;
      case 'execution-stopped':
        this.#stopExecution(thread, message);
        break;
      case 'ended':
        this.#threadEnded(thread, message);
        break;
      case 'failed':
        this.#fail(uncarry(message.error));
        break;
    }
  }

  /** For the users of all other threads. */
  #stopExecution(by: number, { execution, isNow }: Extract<FromThread, { kind: 'execution-stopped' }>): void {
    for (const [thread, each] of this.#threads.entries()) {
      if (thread !== by) each.send({ kind: 'stop-execution', execution, isNow });
    }
  }

  /** What each thread finds out for itself is said once. */
  #say({ level, message, fields }: Extract<FromThread, { kind: 'log' }>): void {
    const said = `${level} ${message}`;
    if (this.#said.has(said)) return;
    if (this.#said.size < SAID_MAX) this.#said.add(said);
    this.#context.log(level, message, fields ?? undefined);
  }

  async #giveFile(thread: number, path: string): Promise<void> {
    const file = this.#files.get(path) ?? this.#context.readFile(path);
    this.#files.set(path, file);
    try {
      this.#threads[thread]?.send({ kind: 'file', path, bytes: await file, error: null });
    } catch (error) {
      this.#threads[thread]?.send({ kind: 'file', path, bytes: null, error: carry(error) });
    }
  }

  #threadEnded(thread: number, message: Extract<FromThread, { kind: 'ended' }>): void {
    const { eventLoopLagMs, startLateness } = this.#outcome;
    this.#outcome.startSkewMs = Math.max(this.#outcome.startSkewMs, message.startSkewMs);
    for (const key of ['p50', 'p99', 'max'] as const) {
      eventLoopLagMs[key] = Math.max(eventLoopLagMs[key], message.eventLoopLagMs[key]);
    }
    addDistribution(new ByteReader(message.startLateness), startLateness);
    this.#running.delete(thread);
    this.#merge(() => this.#merger.ended(thread));
    if (this.#running.size === 0) this.#ended.resolve();
  }

  #merge(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The load of one thread is lost, and with it that of all. */
  #fail(error: unknown): void {
    this.#prepared.reject(error);
    this.#ended.reject(error);
    this.#close();
  }

  #close(): void {
    this.#files.clear();
    if (this.#stopTimer !== null) clearTimeout(this.#stopTimer);
    for (const thread of this.#threads) thread.close();
  }
}
