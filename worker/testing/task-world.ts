/** A task in a simulated world for tests: real files, simulated time, a scripted engine, and a control plane that renews the lease. */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, TaskId } from '../../core/plan/plan.ts';
import {
  type Control,
  controlSchema,
  type Done,
  doneSchema,
  type Ready,
  readySchema,
  runFolderPaths,
} from '../../core/run-folder/run-folder.ts';
import { HiddenTexts } from '../hidden-texts.ts';
import type { LogFields } from '../log.ts';
import { openFileRunFolder } from '../run-folder/file.ts';
import { confinedTo } from '../run-folder/paths.ts';
import { withRetries } from '../run-folder/retries.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { runTask } from '../task.ts';
import type { TaskContext } from '../task-context.ts';
import { RealWork } from './folders.ts';
import { testPlan } from './plans.ts';
import { createScriptedEngine, type Script, type ScriptedEngine } from './scripted-engine.ts';
import { SimulatedClock } from './simulated-clock.ts';

export interface WorldOptions {
  plan?: Partial<Plan>;
  script?: Partial<Script>;
  id?: TaskId;
  /** That come with the task. */
  secrets?: Record<string, string>;
  /** Changes the folder below the retries. */
  folder?(inner: RunFolder): RunFolder;
}

export interface TaskWorld {
  root: string;
  clock: SimulatedClock;
  context: TaskContext;
  engine(): ScriptedEngine | null;
  lines: string[];
  logged: { level: string; message: string; fields: LogFields | undefined }[];
  /** Objects that the task wrote, in order. */
  writes: string[];
  /** Objects that it read, or tried to. */
  reads: string[];
  stop: AbortController;
  fail: AbortController;
  /** Orders something, with the next revision; renewed every second from then on. */
  order(state: Control['state'], more?: Partial<Control>): Promise<void>;
  /** The control plane dies: nothing is renewed any more. */
  silence(): void;
  put(path: string, content: string): Promise<void>;
  read(path: string): Promise<Buffer | null>;
  /** Starts the task; resolves with its exit. */
  start(): Promise<Done['exit']>;
  /** Runs the task to its end. */
  run(): Promise<Done['exit']>;
  ready(): Promise<Ready | null>;
  done(): Promise<Done | null>;
  remove(): Promise<void>;
}

export async function createTaskWorld(options: WorldOptions = {}): Promise<TaskWorld> {
  const id = options.id ?? { region: 'local', task: 1 };
  const root = await mkdtemp(join(tmpdir(), 'loadstar-task-'));
  const clock = new SimulatedClock();
  const real = new RealWork();
  clock.isBusy = real.isBusy;
  const logged: TaskWorld['logged'] = [];
  const lines: string[] = [];
  const writes: string[] = [];
  const reads: string[] = [];
  const log: TaskContext['log'] = (level, message, fields) => void logged.push({ level, message, fields });
  const changed = (options.folder ?? ((inner) => inner))(openFileRunFolder(root, id));
  const recorded: RunFolder = {
    ...changed,
    read(path) {
      reads.push(path);
      return changed.read(path);
    },
    async write(path, bytes) {
      await changed.write(path, bytes);
      writes.push(path);
    },
  };
  let engine: ScriptedEngine | null = null;
  const [stop, fail] = [new AbortController(), new AbortController()];
  const context: TaskContext = {
    id,
    folder: confinedTo(id, withRetries(real.in(recorded), { clock, log })),
    clock,
    log,
    secrets: options.secrets === undefined ? null : new Map(Object.entries(options.secrets)),
    hidden: new HiddenTexts(),
    compress: real.compress,
    printLine: (line) => void lines.push(line),
    createEngine(engineContext) {
      engine = createScriptedEngine({ clock, seconds: 12, requestsPerSecond: 20, ...options.script }, engineContext);
      return engine;
    },
    health: {
      monotonicMs: () => clock.monotonicMs(),
      cpuUs: () => clock.monotonicMs() * 500,
      memoryBytesMax: () => 1_000,
      watchEventLoop: () => ({ stop: () => ({ p50: 0.1, p99: 0.2, max: 0.3 }) }),
      everySecond: () => () => {},
    },
    host: { hostname: 'test', platform: 'test', cpuModel: 'test', cpus: 1, memoryBytes: 1, nodeVersion: 'v24' },
    workerVersion: '0.0.0',
    sharedLog: null,
    stopSignal: stop.signal,
    failureSignal: fail.signal,
  };

  const silenced = new AbortController();
  let control: Control = { revision: 0, state: 'wait', goAtMs: null, stopReason: null };
  async function put(path: string, content: string): Promise<void> {
    await real.during(async () => {
      await writeFile(join(root, `${path}.draft`), content);
      await rename(join(root, `${path}.draft`), join(root, path));
    });
  }
  async function writeControl(): Promise<void> {
    control = { ...control, revision: control.revision + 1 };
    await put(runFolderPaths.control, JSON.stringify(controlSchema.parse(control)));
  }
  async function renew(): Promise<void> {
    while (!silenced.signal.aborted) {
      await clock.sleep(1_000, silenced.signal);
      if (!silenced.signal.aborted) await writeControl();
    }
  }

  async function read(path: string): Promise<Buffer | null> {
    return readFile(join(root, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  await put(runFolderPaths.plan, JSON.stringify(testPlan(options.plan)));
  await writeControl();
  return {
    root,
    clock,
    context,
    engine: () => engine,
    lines,
    logged,
    writes,
    reads,
    stop,
    fail,
    async order(state, more = {}) {
      if (control.revision === 1) void renew();
      control = { ...control, state, ...more };
      await writeControl();
    },
    silence: () => silenced.abort(),
    put,
    read,
    start: () => runTask(context),
    run: () => clock.runUntil(runTask(context)),
    async ready() {
      const bytes = await read(runFolderPaths.ready(id));
      return bytes === null ? null : readySchema.parse(JSON.parse(bytes.toString()));
    },
    async done() {
      const bytes = await read(runFolderPaths.done(id));
      return bytes === null ? null : doneSchema.parse(JSON.parse(bytes.toString()));
    },
    async remove() {
      silenced.abort();
      await rm(root, { recursive: true, force: true });
    },
  };
}
