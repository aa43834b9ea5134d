/** The control plane on one machine: SQLite, files, processes. The only place that knows which adapters these are. */
import { fileURLToPath } from 'node:url';
import type { PlanOptions } from '../../core/plan/make-plan.ts';
import { planSchema } from '../../core/plan/plan.ts';
import type { Report } from '../../core/report/report.ts';
import type { Run } from '../../core/run/run.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import { type DataDirectory, openDataDirectory } from '../adapters/local/data-directory.ts';
import { createFilesystemObjectStore, type FilesystemObjectStore } from '../adapters/local/filesystem-object-store.ts';
import { createProcessLauncher } from '../adapters/local/process-launcher/process-launcher.ts';
import { openSqliteStores, type SqliteStores } from '../adapters/local/sqlite/sqlite-stores.ts';
import { createTaskLogFiles } from '../adapters/local/task-log-files.ts';
import { createTimerDriver } from '../adapters/local/timer-driver.ts';
import { type RunProgress, watchRun } from '../live/watch-run.ts';
import type { Log } from '../ports/log.ts';
import type { Ports } from '../ports/ports.ts';
import { openRunFolder, readJson, runFolderPrefix } from '../run-folder/run-folder.ts';
import { cancelRun } from '../verbs/cancel-run.ts';
import { readReport } from '../verbs/read-report.ts';
import { readRun } from '../verbs/read-run.ts';
import { resumeRuns } from '../verbs/resume-runs.ts';
import type { RunMemories } from '../verbs/run-memory.ts';
import { startRun } from '../verbs/start-run.ts';
import { type Tick, tickRun } from '../verbs/tick-run.ts';
import { killTasksNow } from './kill-tasks-now.ts';
import { consumeQueue } from './queue-consumer.ts';

/** Whoever may use the data directory. */
const ADMIN = { kind: 'admin' } as const;

export interface LocalControlPlaneOptions {
  /** Folder for all that it keeps; created when missing. One control plane at a time may use it. */
  home: string;
  /** Tasks that each region can take. */
  regions: Readonly<Record<string, number>>;
  log: Log;
  /** The worker's program; default: the one of this installation. */
  workerEntry?: string;
  /** Settings of the plan that a scenario does not make. */
  plan?: Omit<PlanOptions, 'runId'>;
}

export interface LocalControlPlane {
  ports: Ports;
  startRun(scenario: Scenario, files?: ReadonlyMap<string, Uint8Array>): Promise<Run>;
  /** Throws `run_state_conflict` for a run that has ended, `not_found`. */
  cancelRun(runId: string): Promise<Run>;
  /** Resolves with the run's row when it is final (or the control plane is closed), and tells of its progress until then. */
  watchRun(runId: string, onProgress?: (progress: RunProgress) => void): Promise<Run>;
  readRun(runId: string): Promise<Run>;
  /** Throws `not_found` when there is none. */
  readReport(runId: string): Promise<Report>;
  /** Absolute path of a run's folder. */
  runFolder(runId: string): string;
  /** Ends every task of every run before it returns: for a process that is about to exit. */
  killTasksNow(): void;
  /** Ends driving and closes the stores. Tasks go on without it, as long as their lease lasts. */
  close(): Promise<void>;
}

/** Opens it, and takes up the runs that the one before has left. Throws `home_in_use`, `store_failed`. */
export async function openLocalControlPlane(options: LocalControlPlaneOptions): Promise<LocalControlPlane> {
  const home = openDataDirectory(options.home);
  let stores: SqliteStores | null = null;
  let objects: FilesystemObjectStore | null = null;
  const close = () => {
    objects?.close();
    stores?.close();
    home.close();
  };
  try {
    stores = openSqliteStores(home.databasePath);
    objects = createFilesystemObjectStore(home.objectsPath);
    return await assemble(options, { home, stores, objects, close });
  } catch (error) {
    close();
    throw error;
  }
}

async function assemble(
  options: LocalControlPlaneOptions,
  opened: { home: DataDirectory; stores: SqliteStores; objects: FilesystemObjectStore; close(): void },
): Promise<LocalControlPlane> {
  const { stores, objects } = opened;
  const stateFolder = opened.home.tasksPath;
  const { log } = options;
  const memories: RunMemories = new Map();
  const ticks = new Map<string, Tick>();
  const withoutDriver = {
    ...stores,
    objects,
    taskLogs: createTaskLogFiles(stateFolder),
    launcher: createProcessLauncher({
      stateFolder,
      capacity: { ...options.regions },
      workerEntry: options.workerEntry ?? fileURLToPath(new URL('../../worker/main.ts', import.meta.url)),
    }),
    runFolderUrl: (runId: string) => objects.urlOf(runFolderPrefix(runId)),
    nowMs: Date.now,
    log,
  };
  const driver = createTimerDriver({
    tick: (runId) => tickRun(withoutDriver, { runId, memories, onTick: (tick) => ticks.set(runId, tick) }),
    log,
  });
  const ports: Ports = { ...withoutDriver, driver };
  await resumeRuns(ports);
  const consumer = consumeQueue(ports);
  const closed = new AbortController();
  return {
    ports,
    async startRun(scenario, files = new Map()) {
      const run = await startRun(ports, ADMIN, { scenario, scenarioId: null, files, ...planOf(options) });
      driver.drive(run.id);
      consumer.wake();
      return run;
    },
    cancelRun: (runId) => cancelRun(ports, ADMIN, { runId }),
    async watchRun(runId, onProgress = () => {}) {
      const plan = await readJson(openRunFolder(objects, runId), runFolderPaths.plan, planSchema).catch(() => null);
      const plannedSeconds = plan?.durationSeconds ?? null;
      const { signal } = closed;
      const lastTick = () => ticks.get(runId) ?? null;
      const run = await watchRun(ports, { runId, plannedSeconds, lastTick, signal, onProgress });
      ticks.delete(runId);
      return run;
    },
    readRun: (runId) => readRun(ports, { runId }),
    readReport: (runId) => readReport(ports, { runId }),
    runFolder: (runId) => fileURLToPath(ports.runFolderUrl(runId)),
    killTasksNow: () => killTasksNow(stateFolder),
    async close() {
      closed.abort();
      await consumer.stop();
      await driver.stop();
      opened.close();
    },
  };
}

function planOf({ plan }: LocalControlPlaneOptions): { plan?: Omit<PlanOptions, 'runId'> } {
  return plan === undefined ? {} : { plan };
}
