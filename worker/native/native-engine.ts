/** The native engine: walks flows over raw sockets in this process, one event loop for all users, or one for each of its threads. */
import { LoadstarError } from '../../core/errors.ts';
import { type Shard, shardOf } from '../../core/plan/shard.ts';
import { maskOf } from '../../core/secrets/secret-mask.ts';
import { keptLabels } from '../../core/statistics/side-by-side.ts';
import { TargetRules } from '../../core/targets/target-rules.ts';
import type { Engine, EngineContext, EngineOutcome } from '../engine.ts';
import { workerVersion } from '../host.ts';
import { type CompiledFlow, compileFlow } from './compile/compile-flow.ts';
import { labelsOf, type OpenedFlow, openFlow } from './compile/open-flow.ts';
import { Load } from './load/load.ts';
import { AlarmThread } from './pacing/alarm-thread.ts';
import { AlarmWaker } from './pacing/alarm-waker.ts';
import { TimerWaker } from './pacing/timer-waker.ts';
import { waitUntil } from './pacing/wait-until.ts';
import type { CreateWaker } from './pacing/waker.ts';
import { openOrigins } from './protocols/http1/origins.ts';
import { Recorder } from './recording/recorder.ts';
import { rehearsalParts, rehearse } from './rehearsal.ts';
import { ThreadedEngine } from './threads/threaded-engine.ts';

export function createNativeEngine(context: EngineContext): Engine {
  return context.plan.threadsPerTask > 1 ? new ThreadedEngine(context) : new NativeEngine(context, null);
}

/** The engine of one of a task's threads. */
export interface ThreadEngine extends Engine {
  /** An action of a flow in another thread has ended the plan's execution of that number. */
  stopExecution(execution: number, isNow: boolean): void;
}

/** One of a task's threads, from 0, and how others hear of an action in it that ends an execution for all users. */
export interface ThreadPlace {
  thread: number;
  onStopped(execution: number, isNow: boolean): void;
}

export function createThreadEngine(context: EngineContext, place: ThreadPlace): ThreadEngine {
  return new NativeEngine(context, place);
}

class NativeEngine implements ThreadEngine {
  #context: EngineContext;
  /** Null: there is only one thread. */
  #place: ThreadPlace | null;
  #load: Load | null = null;
  #alarm: AlarmThread | null = null;
  #stopped = new AbortController();

  constructor(context: EngineContext, place: ThreadPlace | null) {
    this.#context = context;
    this.#place = place;
  }

  async prepare(): Promise<void> {
    const { id, onWindow, plan, secrets } = this.#context;
    const shard = shardOf(plan, id, this.#place?.thread ?? null);
    const recorder = new Recorder(onWindow, maskOf(secrets.values()));
    const flows = await this.#compileFlows(shard, recorder);
    await this.#resolveNames(flows);
    const load = new Load({
      shard,
      flows,
      recorder,
      gracefulStopMs: plan.gracefulStopSeconds * 1_000,
      onStopped: (execution, isNow) => this.#place?.onStopped(execution, isNow),
    });
    if (load.needsPacing) await this.#startAlarm();
    await rehearse(this.#createWaker(), rehearsalParts(flows, shard));
    this.#load = load;
  }

  async run(startAtMs: number, goAtMs: number): Promise<EngineOutcome> {
    const load = this.#load;
    if (load === null) throw new LoadstarError('internal', 'the engine was run before it was prepared');
    const { signal } = this.#stopped;
    await waitUntil(startAtMs, signal);
    const startSkewMs = signal.aborted ? 0 : performance.now() - startAtMs;
    if (!signal.aborted) await load.run({ startAtMs, goAtMs, createWaker: this.#createWaker() });
    this.#alarm?.close();
    return { startSkewMs, startLateness: load.startLateness };
  }

  stop(graceMs: number): void {
    this.#stopped.abort();
    if (this.#load?.isRunning) this.#load.stop(graceMs);
  }

  stopExecution(execution: number, isNow: boolean): void {
    if (this.#load?.isRunning) this.#load.stopExecution(execution, isNow);
  }

  /** For each execution its flow, with what its users share. */
  async #compileFlows({ executions }: Shard, recorder: Recorder): Promise<CompiledFlow[]> {
    const files = new Map<string, Promise<Uint8Array>>();
    const rules = new TargetRules(this.#context.plan.targets.allow);
    const readFile = (path: string): Promise<Uint8Array> => {
      const file = files.get(path) ?? this.#context.readFile(path);
      files.set(path, file);
      return file;
    };
    const opened: OpenedFlow[] = [];
    for (const { flow, rowsOf } of executions)
      opened.push(await openFlow(flow, { readFile, rowsOf, secrets: this.#context.secrets }));
    // Of too many labels, all tasks keep the same apart, which are those that merging keeps.
    for (const label of keptLabels(new Set(opened.flatMap(labelsOf)))) recorder.recordOf(label);
    const flows: CompiledFlow[] = [];
    for (const each of opened) {
      const origins = await openOrigins(each.flow, rules, readFile);
      const userAgent = `loadstar/${workerVersion()}`;
      const recordOf = (label: string) => recorder.recordOf(label);
      flows.push(await compileFlow(each, { origins, userAgent, recordOf, readFile }));
    }
    return flows;
  }

  /** Users ask again when they come to it: this is to say early what will not work. */
  async #resolveNames(flows: readonly CompiledFlow[]): Promise<void> {
    for (const origins of new Set(flows.map((flow) => flow.origins))) {
      for (const { origin, failure } of await origins.resolveAll()) {
        this.#context.log('warn', `${origin.host}: ${failure.message}; its requests will fail`);
      }
    }
  }

  async #startAlarm(): Promise<void> {
    try {
      this.#alarm = await AlarmThread.start();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#context.log('warn', `there is no thread to pace starts: they will be 1 to 2 ms late (${message})`);
    }
  }

  #createWaker(): CreateWaker {
    const alarm = this.#alarm;
    return alarm === null ? (onWake) => new TimerWaker(onWake) : (onWake) => new AlarmWaker(alarm, onWake);
  }
}
