/** The control plane on one machine: SQLite, files, processes. The only place that knows which adapters these are. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunLive } from '../../core/api/runs.ts';
import type { PlanOptions } from '../../core/plan/make-plan.ts';
import { planSchema } from '../../core/plan/plan.ts';
import type { Report } from '../../core/report/report.ts';
import type { Run } from '../../core/run/run.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import { type DataDirectory, openDataDirectory } from '../adapters/local/data-directory.ts';
import { createFilesystemObjectStore, type FilesystemObjectStore } from '../adapters/local/filesystem-object-store.ts';
import { openSigningKey } from '../adapters/local/signing-key.ts';
import { openSqliteStores, type SqliteStores } from '../adapters/local/sqlite/sqlite-stores.ts';
import { createTaskLogFiles } from '../adapters/local/task-log-files.ts';
import { createTimerDriver } from '../adapters/local/timer-driver.ts';
import { type FollowedRuns, followRuns, type RunWatchers } from '../live/follow-runs.ts';
import { type RunProgress, watchRun } from '../live/watch-run.ts';
import type { Log } from '../ports/log.ts';
import type { Ports } from '../ports/ports.ts';
import type { RunQueue } from '../ports/run-queue.ts';
import { openRunFolder, readJson, runFolderPrefix } from '../run-folder/run-folder.ts';
import { createRunFolderAccess } from '../security/run-folder-access.ts';
import { cancelRun } from '../verbs/cancel-run.ts';
import { readReport } from '../verbs/read-report.ts';
import { readRun } from '../verbs/read-run.ts';
import { resumeRuns } from '../verbs/resume-runs.ts';
import type { RunMemories } from '../verbs/run-memory.ts';
import { startRun } from '../verbs/start-run.ts';
import type { FileBodies } from '../verbs/taurus-files.ts';
import { type Tick, tickRun } from '../verbs/tick-run.ts';
import { withSecrets } from './environment-secrets.ts';
import { killTasksNow } from './kill-tasks-now.ts';
import { createLocalLauncher, type LocalLauncherOptions } from './local-launcher.ts';
import { consumeQueue } from './queue-consumer.ts';

/** Whoever may use the data directory. */
const ADMIN = { kind: 'local' } as const;

const TICKS_MAX = 1_000;

export interface LocalControlPlaneOptions extends LocalLauncherOptions {
  /** Folder for all that it keeps; created when missing. One control plane at a time may use it. */
  home: string;
  /** Where tasks reach the API, `https://loadstar.example`; resolves once it is served: until then none of these tasks is launched. */
  publicUrl?: () => Promise<string>;
  log: Log;
  /** Secrets by name, over those that are stored. */
  secrets?: ReadonlyMap<string, string>;
  /** Settings of the plan that a scenario does not make. */
  plan?: Omit<PlanOptions, 'runId'>;
}

export interface LocalControlPlane {
  ports: Ports;
  startRun(scenario: Scenario, files?: FileBodies): Promise<Run>;
  /** Throws `run_state_conflict` for a run that has ended, `not_found`. */
  cancelRun(runId: string): Promise<Run>;
  /** Resolves with the run's row when it is final (or the control plane is closed), and tells of its progress until then. */
  watchRun(runId: string, onProgress?: (progress: RunProgress) => void): Promise<Run>;
  /** What is known of a run while it runs; null when nothing is. Follows all runs from the first call on. */
  liveOf(runId: string): RunLive | null;
  /** Follows all runs from now on, for those who watch them. To be called once, before anything else asks for live data. */
  followFor(watchers: RunWatchers): void;
  /** Epoch milliseconds since which every tick of the run has failed, as on a full disk; null while it goes on. */
  failingSinceMs(runId: string): number | null;
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
    secrets: withSecrets(stores.secrets, options.secrets ?? new Map()),
    objects,
    taskLogs: createTaskLogFiles(stateFolder),
    launcher: createLocalLauncher(options, stateFolder),
    runFolderUrl: (runId: string) => objects.urlOf(runFolderPrefix(runId)),
    ...(await runFolderAccessOf(options, opened.home)),
    nowMs: Date.now,
    log,
  };
  const failingSince = new Map<string, number>();
  const driver = createTimerDriver({
    tick: async (runId) => {
      try {
        const outcome = await tickRun(withoutDriver, { runId, memories, onTick: (tick) => noteTick(ticks, tick) });
        failingSince.delete(runId);
        return outcome;
      } catch (error) {
        if (!failingSince.has(runId)) failingSince.set(runId, Date.now());
        throw error;
      }
    },
    log,
  });
  let lookAtQueue = () => {};
  const queue: RunQueue = {
    ...stores.queue,
    async send(runId) {
      await stores.queue.send(runId);
      lookAtQueue();
    },
  };
  const ports: Ports = { ...withoutDriver, queue, driver };
  await resumeRuns(ports);
  const consumer = consumeQueue(ports);
  lookAtQueue = () => consumer.wake();
  let followed: FollowedRuns | null = null;
  const tasksReadyOf = (runId: string) => ticks.get(runId)?.tasksReady ?? 0;
  const closed = new AbortController();
  return {
    ports,
    async startRun(scenario, files = new Map()) {
      const run = await startRun(ports, ADMIN, { scenario, scenarioId: null, files, ...planOf(options) });
      await driver.drive(run.id);
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
    liveOf(runId) {
      followed ??= followRuns(ports, tasksReadyOf);
      return followed.liveOf(runId);
    },
    followFor(watchers) {
      followed ??= followRuns(ports, tasksReadyOf, watchers);
    },
    failingSinceMs: (runId) => failingSince.get(runId) ?? null,
    readRun: (runId) => readRun(ports, { runId }),
    readReport: (runId) => readReport(ports, { runId }),
    runFolder: (runId) => fileURLToPath(ports.runFolderUrl(runId)),
    killTasksNow: () => killTasksNow(stateFolder),
    async close() {
      closed.abort();
      await followed?.stop();
      await consumer.stop();
      await driver.stop();
      opened.close();
    },
  };
}

/** Of many runs that nobody watches only the last ones are remembered. */
function noteTick(ticks: Map<string, Tick>, tick: Tick): void {
  ticks.delete(tick.run.id);
  ticks.set(tick.run.id, tick);
  const [oldest] = ticks.keys();
  if (ticks.size > TICKS_MAX && oldest !== undefined) ticks.delete(oldest);
}

function planOf({ plan }: LocalControlPlaneOptions): { plan?: Omit<PlanOptions, 'runId'> } {
  return plan === undefined ? {} : { plan };
}

async function runFolderAccessOf(
  { publicUrl }: LocalControlPlaneOptions,
  home: DataDirectory,
): Promise<Pick<Ports, 'runFolderAccess'>> {
  if (publicUrl === undefined) return {};
  return { runFolderAccess: createRunFolderAccess(await openSigningKey(join(home.path, 'signing-key')), publicUrl) };
}
