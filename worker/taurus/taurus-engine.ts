/**
 * The engine that drives JMeter, k6 and Locust through Taurus (`bzt`). Tools are started while the task prepares, read their scripts, and wait;
 * go lets their load begin. Windows come from the samples that they write down.
 */
import { rmSync } from 'node:fs';
import { LoadstarError } from '../../core/errors.ts';
import { maskOf } from '../../core/secrets/secret-mask.ts';
import { Distribution } from '../../core/statistics/distribution.ts';
import { type TaurusShare, taskShareOf } from '../../core/taurus/task-share.ts';
import type { PlannedTaurus } from '../../core/taurus/taurus-plan.ts';
import type { EngineName, EngineProgram } from '../../engines/engine-program.ts';
import { enginesFolderOf } from '../../engines/engines-folder.ts';
import { requireEngine } from '../../engines/find-engines.ts';
import type { Engine, EngineOutcome, TaskEngineContext } from '../engine.ts';
import { processHealthSource } from '../health.ts';
import { keepArtifacts } from './artifacts.ts';
import { bztConfig, jmeterHeap } from './bzt-config.ts';
import { type BztEnd, BztProcess } from './bzt-process.ts';
import { endReason, failedCriterionOf } from './end-reason.ts';
import { writeSecretProperties } from './jmeter-secrets.ts';
import { installRequirements } from './python-requirements.ts';
import { type SampleFiles, SampleReading } from './samples/sample-reading.ts';
import { sessionHealthSource } from './session-health.ts';
import { writeTaskFiles } from './task-files.ts';
import { toolEnvironment } from './tool-environment.ts';
import { createWorkFolder, type FoundFile, filesBelow, removeWorkFolder, type WorkFolder } from './work-folder.ts';
import { writeConfig } from './write-config.ts';

/** What may still be kept of a task that was told to end. */
const STOPPED_ARTIFACTS_MS = 1_500;
const ARTIFACTS_MS = 120_000;
/** Ports from which JMeter of different tasks on one machine look for a free one: each from another place. */
const SHUTDOWN_PORTS = { from: 20_000, count: 30_000 };

/** The engine for the tasks of plans with something for Taurus. `environment`: the worker's own. */
export function taurusEngineIn(environment: NodeJS.ProcessEnv): (context: TaskEngineContext) => Engine {
  return (context) => new TaurusEngine(context, environment);
}

class TaurusEngine implements Engine {
  readonly health = sessionHealthSource(() => this.#bzt?.pid ?? null, processHealthSource);
  readonly #context: TaskEngineContext;
  readonly #environment: NodeJS.ProcessEnv;
  #folder: WorkFolder | null = null;
  #written = new Map<string, FoundFile>();
  #bzt: BztProcess | null = null;
  #files: SampleFiles[] = [];
  readonly #stopped = new AbortController();

  constructor(context: TaskEngineContext, environment: NodeJS.ProcessEnv) {
    this.#context = context;
    this.#environment = environment;
  }

  async prepare(): Promise<void> {
    const { id, plan } = this.#context;
    if (plan.taurus === null) throw new LoadstarError('internal', 'the plan has nothing for Taurus');
    const shares = taskShareOf(plan, id).executions;
    if (shares.every(({ isIdle }) => isIdle)) return;
    const programs = this.#requirePrograms(plan.taurus, shares);
    const folder = await createWorkFolder();
    this.#folder = folder;
    // A task that is told to end while it prepares does not wait for its cleaning up.
    process.once('exit', () => rmSync(folder.root, { recursive: true, force: true }));
    try {
      await this.#start(folder, plan.taurus, shares, programs);
    } catch (error) {
      await this.#cleanUp(STOPPED_ARTIFACTS_MS);
      throw error;
    }
  }

  async run(startAtMs: number): Promise<EngineOutcome> {
    // The tools and this process read the same clock.
    const goAtMs = Date.now() + (startAtMs - performance.now());
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => {});
    const reading = new SampleReading({
      files: this.#files,
      goAtMs,
      goAtMonotonicMs: startAtMs,
      monotonicMs: () => performance.now(),
      mask: maskOf(this.#context.secrets.values()),
      onWindow: this.#context.onWindow,
      onFailure: (error) => {
        failed.reject(error);
        this.#bzt?.stop();
      },
    });
    try {
      const end = await this.#runTools(startAtMs, reading);
      await reading.finish();
      this.#report(reading);
      await Promise.race([failed.promise, this.#judge(end)]);
      const failedCriterion = failedCriterionOf(end);
      return {
        startSkewMs: this.#startSkewMs(reading),
        startLateness: new Distribution(),
        ...(failedCriterion === null ? {} : { failedCriterion }),
      };
    } finally {
      await this.#cleanUp(this.#stopped.signal.aborted ? STOPPED_ARTIFACTS_MS : ARTIFACTS_MS);
    }
  }

  /** The tools have their own ways to end; what they have not done after some seconds is cut off. */
  stop(): void {
    this.#stopped.abort();
    this.#bzt?.stop();
  }

  #requirePrograms(taurus: PlannedTaurus, shares: readonly TaurusShare[]): Map<EngineName, EngineProgram> {
    const environment = this.#environment;
    const from = { folder: enginesFolderOf(environment, process.cwd()), env: environment };
    const busy = taurus.executions.filter((_, position) => shares[position]?.isIdle === false);
    const names = new Set<EngineName>(['taurus', ...busy.map(({ executor }) => executor)]);
    return new Map([...names].map((name) => [name, requireEngine(name, from)]));
  }

  async #start(
    folder: WorkFolder,
    taurus: PlannedTaurus,
    shares: readonly TaurusShare[],
    programs: ReadonlyMap<EngineName, EngineProgram>,
  ): Promise<void> {
    const { id, log, plan, readFile, secrets } = this.#context;
    const scripts = await writeTaskFiles(folder, { id, plan, taurus, shares, secrets, readFile });
    this.#written = new Map((await filesBelow(folder.files)).map((file) => [file.path, file]));
    const shutdownPort = SHUTDOWN_PORTS.from + (process.pid % SHUTDOWN_PORTS.count);
    const config = bztConfig({ plan, taurus, shares, scripts, folder, programs, secrets, shutdownPort });
    await writeConfig(folder, config);
    await writeSecretProperties(folder, secrets);
    const packages = await installRequirements(folder, {
      python: programs.get('locust')?.path ?? '',
      scripts: scripts.flatMap((script, i) =>
        script !== null && taurus.executions[i]?.executor === 'locust' && shares[i]?.isIdle === false ? [script] : [],
      ),
      environment: this.#environment,
      signal: this.#stopped.signal,
    });
    if (this.#stopped.signal.aborted) return;
    const python = programs.get('taurus')?.path ?? '';
    this.#bzt = new BztProcess({
      python,
      folder,
      environment: toolEnvironment(this.#environment, folder, {
        jmeterHeap: jmeterHeap(taurus),
        packages,
        programs: [...programs.values()],
      }),
    });
    log('info', 'Taurus is starting', {
      versions: Object.fromEntries([...programs.values()].map(({ name, version }) => [name, version])),
    });
    const files = await this.#bzt.prepared;
    if (files === null) {
      await this.#judge(await this.#bzt.ended);
      throw new LoadstarError('task_failed', 'Taurus ended before its load began, and did not say why');
    }
    this.#files = files;
  }

  /** From go until everything has ended. */
  async #runTools(startAtMs: number, reading: SampleReading): Promise<BztEnd | null> {
    await sleepUntil(startAtMs, this.#stopped.signal);
    if (this.#bzt === null) return null;
    if (!this.#stopped.signal.aborted) {
      this.#bzt.go();
      reading.start();
    }
    return this.#bzt.ended;
  }

  /** Throws `task_failed` when it ended as it should not. */
  async #judge(end: BztEnd | null): Promise<void> {
    if (end === null || this.#folder === null) return;
    const reason = await endReason(end, this.#folder, this.#stopped.signal.aborted);
    if (reason !== null) throw new LoadstarError('task_failed', reason);
  }

  #report(reading: SampleReading): void {
    const { cutBytes, lateSamples, samples } = reading;
    const { log } = this.#context;
    log('info', 'all samples are read', { samples });
    if (lateSamples > 0) {
      log('warn', 'samples were written long after their end: they are counted, in a later second', { lateSamples });
    }
    if (cutBytes > 0) log('warn', 'a tool ended while it wrote a sample, which is not counted', { bytes: cutBytes });
  }

  /** From go, or from the beginning of an execution that is planned to wait, to the first sample of it. */
  #startSkewMs(reading: SampleReading): number {
    const { id, plan } = this.#context;
    if (plan.taurus === null) return 0;
    const shares = taskShareOf(plan, id).executions;
    const busy = plan.taurus.executions.filter((_, position) => shares[position]?.isIdle === false);
    const skews = reading.firstStartsUs.map((us, i) => us / 1_000 - (busy[i]?.delaySeconds ?? 0) * 1_000);
    const first = Math.min(...skews);
    return Number.isFinite(first) ? Math.max(0, first) : 0;
  }

  async #cleanUp(artifactsMs: number): Promise<void> {
    const folder = this.#folder;
    if (folder === null) return;
    this.#folder = null;
    const { log, secrets, writeArtifact } = this.#context;
    try {
      if (this.#bzt === null) return;
      await keepArtifacts({
        folder,
        written: this.#written,
        mask: maskOf(secrets.values()),
        write: writeArtifact,
        endsAtMs: performance.now() + artifactsMs,
        log,
      });
    } finally {
      await removeWorkFolder(folder);
    }
  }
}

function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, atMs - performance.now()));
    signal.addEventListener('abort', end, { once: true });
  });
}
