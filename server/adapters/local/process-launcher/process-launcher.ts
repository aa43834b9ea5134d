/**
 * Tasks as processes of this machine, a "region" being a name with a capacity. They are detached: they outlive the control plane, and the
 * next one finds them again by their records (`task-records.ts`). Only one launcher at a time may use a state folder.
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LoadstarError } from '../../../../core/errors.ts';
import type { TaskId } from '../../../../core/plan/plan.ts';
import { regionNameSchema } from '../../../../core/scenario/scenario.ts';
import type { LaunchedTask, Launcher, LaunchOrder, LaunchProgress, RegionCapacity } from '../../../ports/launcher.ts';
import { createMutex } from '../../mutex.ts';
import { fileFailed } from '../file-errors.ts';
import { endGroups, signalGroup, type TaskGroup } from './end-processes.ts';
import { lastLogLine } from './last-log-line.ts';
import { isAlive, openProcessTable, type ProcessTable } from './process-table.ts';
import { findTasksUser, type RegionProgram, runFolderKind, type TasksUser } from './region-programs.ts';
import { spawnTask, type TaskProgram } from './spawn-task.ts';
import { attemptOf, claimFor, markOf, type TaskRecord, TaskRecords, writeClaim, writeRecord } from './task-records.ts';

export interface ProcessLauncherOptions {
  /** For records and logs; created when missing. */
  stateFolder: string;
  /** Most tasks that run at once, per region. */
  capacity: Record<string, number>;
  /** How the tasks of a region are started, where it is not simply as processes of this machine and user. */
  programs?: Readonly<Record<string, RegionProgram>>;
  /** The user that tasks run as which no command starts; null: the one of this process. Then they reach their run folder over HTTP. */
  tasksUser?: string | null;
  /** The worker's program, run as `node <workerEntry> --run-folder <url> --region <r> --task <n>`. */
  workerEntry: string;
  /** Absolute path of the folder with the tools that tasks drive; default: they look for it themselves. */
  enginesFolder?: string;
  /** Default: the Node that runs this. */
  node?: string;
}

export function createProcessLauncher(options: ProcessLauncherOptions): Launcher {
  return new ProcessLauncher(options);
}

const RELEASED = '.released-';

class ProcessLauncher implements Launcher {
  readonly #stateFolder: string;
  readonly #capacity: ReadonlyMap<string, number>;
  readonly #program: TaskProgram;
  readonly #regions: ReadonlyMap<string, RegionProgram>;
  readonly #user: TasksUser | null;
  readonly #records: TaskRecords;
  readonly #table: ProcessTable = openProcessTable();
  /** Launching and releasing happen one after the other: the capacity is counted, then used. */
  readonly #mutex = createMutex();
  /** Processes that this launcher started and that have not been seen to end, by the path of their claim: when they do. */
  readonly #children = new Map<string, Promise<void>>();

  constructor(options: ProcessLauncherOptions) {
    this.#stateFolder = resolve(options.stateFolder);
    this.#capacity = new Map(Object.entries(options.capacity));
    this.#program = {
      node: options.node ?? process.execPath,
      workerEntry: resolve(options.workerEntry),
      enginesFolder: options.enginesFolder ?? null,
    };
    this.#regions = new Map(Object.entries(options.programs ?? {}));
    this.#user = options.tasksUser == null ? null : findTasksUser(options.tasksUser);
    this.#records = new TaskRecords(this.#stateFolder);
    for (const [region, tasksMax] of this.#capacity) checkRegion(region, tasksMax);
    try {
      mkdirSync(this.#stateFolder, { recursive: true, mode: 0o700 });
      for (const name of readdirSync(this.#stateFolder)) {
        if (name.startsWith(RELEASED)) rmSync(join(this.#stateFolder, name), { recursive: true, force: true });
      }
    } catch (error) {
      throw fileFailed(`use the tasks' folder ${this.#stateFolder}`, error);
    }
  }

  async capacity(): Promise<RegionCapacity[]> {
    const running = this.#countRunning();
    return [...this.#capacity].map(([region, tasksMax]) => ({
      region,
      tasksMax,
      tasksRunning: running.get(region) ?? 0,
      ...(this.#isOverHttp(region) ? { runFolder: 'http' } : {}),
    }));
  }

  async launch(order: LaunchOrder): Promise<LaunchProgress> {
    checkRunId(order.runId);
    await this.#mutex(async () => {
      const waiting = this.#notLaunchedYet(order);
      if (waiting.length === 0) return;
      this.#checkCapacity(waiting);
      const started: TaskId[] = [];
      try {
        mkdirSync(this.#records.folderOf(order.runId), { recursive: true, mode: 0o700 });
        for (const id of waiting) {
          started.push(id);
          await this.#start(order, id);
        }
      } catch (error) {
        await this.#undo(order, started);
        throw launchFailed(order.runId, started.at(-1), error);
      }
    });
    return { waitingFor: null };
  }

  async observe(runId: string): Promise<LaunchedTask[]> {
    checkRunId(runId);
    const records = this.#records.ofRun(runId);
    const running = this.#runningOf(records);
    return records
      .filter((record) => record.claim !== null)
      .map((record) => {
        const { region, task } = record;
        if (running.has(record)) return { region, task, state: 'running', endedBecause: null };
        return { region, task, state: 'ended', endedBecause: this.#endedBecause(record) };
      });
  }

  async kill(runId: string, tasks: TaskId[], graceSeconds: number): Promise<void> {
    checkRunId(runId);
    const records = await this.#mutex(async () => tasks.flatMap((id) => this.#claimed(runId, id) ?? []));
    await endGroups(this.#table, records.flatMap(groupOf), graceSeconds);
    await Promise.all(records.map((record) => this.#children.get(this.#claimPath(record))));
  }

  async release(runId: string): Promise<void> {
    checkRunId(runId);
    await this.#mutex(async () => {
      const records = this.#records.ofRun(runId).flatMap((record) => this.#claimed(runId, record) ?? []);
      const running = this.#runningOf(records).size;
      if (running > 0) {
        throw new LoadstarError(
          'run_state_conflict',
          `run ${runId} still has ${running} running tasks: kill them first`,
        );
      }
      // What tasks have started and left behind.
      await endGroups(this.#table, records.flatMap(groupOf), 0);
      this.#removeFolder(runId);
    });
  }

  #isOverHttp(region: string): boolean {
    return runFolderKind(this.#regions.get(region) ?? {}, this.#user) === 'http';
  }

  #claimPath(record: TaskRecord): string {
    return this.#records.claimPath(record.runId, record, record.attempt);
  }

  /** The tasks of an order that no process was ever started for, each once. Throws `option_invalid` for what is no task. */
  #notLaunchedYet(order: LaunchOrder): TaskId[] {
    const attempt = attemptOf(order.token);
    const tasks = new Map<string, TaskId>();
    for (const { region, task } of order.tasks) {
      if (!this.#capacity.has(region)) {
        const known = [...this.#capacity.keys()].join(', ');
        throw new LoadstarError(
          'capacity_exceeded',
          `there is no region ${JSON.stringify(region)} here, only: ${known}`,
        );
      }
      if (!Number.isSafeInteger(task) || task < 0) {
        throw new LoadstarError('option_invalid', `${task} is not the number of a task`);
      }
      tasks.set(`${region}-${task}`, { region, task });
    }
    return [...tasks.values()].filter((id) => !this.#records.isClaimed(order.runId, id, attempt));
  }

  #checkCapacity(waiting: readonly TaskId[]): void {
    const running = this.#countRunning();
    for (const [region, tasksMax] of this.#capacity) {
      const wanted = waiting.filter((id) => id.region === region).length;
      const tasksRunning = running.get(region) ?? 0;
      if (wanted === 0 || tasksRunning + wanted <= tasksMax) continue;
      const message = `region ${region} has room for ${tasksMax} tasks and runs ${tasksRunning}: ${wanted} more do not fit`;
      throw new LoadstarError('capacity_exceeded', message);
    }
  }

  async #start(order: LaunchOrder, { region, task }: TaskId): Promise<void> {
    const { runId, token } = order;
    const id = { region, task };
    const overHttp = this.#isOverHttp(region) ? order.overHttp : null;
    if (overHttp === undefined) throw new LoadstarError('launch_failed', 'its run folder is not served over HTTP');
    const runFolderUrl = overHttp?.runFolderUrl ?? order.runFolderUrl;
    this.#giveUpEarlierAttempt(runId, id, attemptOf(token));
    const orderPath = this.#records.orderPath(runId, id);
    const taskOrder = { format: 'loadstar.task-order.v1' as const, runId, region, task, token, runFolderUrl };
    writeRecord(orderPath, taskOrder);
    const paths = { order: orderPath, log: this.#records.logPath(runId, id) };
    const { command = null } = this.#regions.get(region) ?? {};
    const secrets = overHttp === null ? (order.secrets ?? {}) : {};
    const manner = { runToken: overHttp?.token ?? null, secrets, command, user: this.#user };
    const child = await spawnTask(this.#program, taskOrder, paths, manner);

    const claimPath = this.#records.claimPath(runId, id, attemptOf(token));
    const exitPath = this.#records.exitPath(runId, id, attemptOf(token));
    const self = this.#table.read([child.pid]).get(child.pid);
    // A launcher that died had started another process for it before; this one will find that claim, and end.
    if (self !== undefined && !claimFor(self, claimPath)) return;
    const ended = new Promise<void>((resolveEnded) => {
      child.once('exit', (code, signal) => {
        // Nothing of a task outlives its own process.
        signalGroup(child.pid, 'SIGKILL');
        this.#children.delete(claimPath);
        this.#noteExit(claimPath, exitPath, { code, signal });
        resolveEnded();
      });
    });
    this.#children.set(claimPath, ended);
  }

  #noteExit(claimPath: string, exitPath: string, exit: { code: number | null; signal: string | null }): void {
    try {
      writeClaim(claimPath, { pid: null, reason: 'it ended before it began' });
      writeRecord(exitPath, exit);
    } catch {
      // The run was released, or the disk is full: it is known to have ended, if not how.
    }
  }

  /** For a task that is launched anew under another token: sees to it that nothing runs, or can begin, under the old one. */
  #giveUpEarlierAttempt(runId: string, id: TaskId, attempt: string): void {
    const earlier = this.#records.ofTask(runId, id);
    if (earlier === null || earlier.attempt === attempt) return;
    const claimed = this.#claimed(runId, id);
    if (claimed !== null && this.#runningOf([claimed]).size > 0) {
      throw new LoadstarError('launch_failed', 'it runs already, started by another launch');
    }
  }

  /**
   * The task's record, with a claim: where there was none, one that keeps any process from claiming it later (one that a launcher started
   * just before it died). Null for a task that was not ordered.
   */
  #claimed(runId: string, id: TaskId): TaskRecord | null {
    const record = this.#records.ofTask(runId, id);
    if (record === null || record.claim !== null) return record;
    writeClaim(this.#claimPath(record), { pid: null, reason: 'it was ended before it began' });
    return this.#records.ofTask(runId, id);
  }

  /** Ends and forgets what a launch that failed has started. */
  async #undo(order: LaunchOrder, started: readonly TaskId[]): Promise<void> {
    const records = started.flatMap((id) => this.#records.ofTask(order.runId, id) ?? []);
    const own = records.filter((record) => record.attempt === attemptOf(order.token));
    await endGroups(this.#table, own.flatMap(groupOf), 0);
    await Promise.all(own.map((record) => this.#children.get(this.#claimPath(record))));
    for (const record of own) this.#records.forget(order.runId, record, record.attempt);
  }

  #runningOf(records: readonly TaskRecord[]): Set<TaskRecord> {
    const pids = records.flatMap(({ claim }) => (claim?.pid == null ? [] : [claim.pid]));
    const entries = this.#table.read(pids);
    // An own child counts until its exit is known: then it is known how it ended.
    const runs = (record: TaskRecord) =>
      this.#children.has(this.#claimPath(record)) ||
      (record.claim?.pid != null && record.exit === null && isAlive(entries, record.claim));
    return new Set(records.filter(runs));
  }

  #countRunning(): Map<string, number> {
    const counts = new Map<string, number>();
    const records = this.#records.runIds().flatMap((runId) => this.#records.ofRun(runId));
    for (const { region } of this.#runningOf(records)) counts.set(region, (counts.get(region) ?? 0) + 1);
    return counts;
  }

  #endedBecause(record: TaskRecord): string | null {
    const { claim, exit } = record;
    if (claim?.pid === null) return claim.reason;
    const line = lastLogLine(this.#records.logPath(record.runId, record));
    if (exit === null) return line === null ? null : `ended, its last words: ${line}`;
    const how = exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`;
    return line === null ? how : `${how}, its last words: ${line}`;
  }

  #removeFolder(runId: string): void {
    const folder = this.#records.folderOf(runId);
    const released = join(this.#stateFolder, `${RELEASED}${runId}-${process.pid}-${Date.now()}`);
    try {
      // Out of sight at once, whatever happens while it is removed.
      renameSync(folder, released);
      rmSync(released, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileFailed(`remove ${folder}`, error);
    }
  }
}

function groupOf({ claim, ...record }: TaskRecord): TaskGroup[] {
  if (claim === null || claim.pid === null) return [];
  return [{ leader: claim, mark: markOf(record) }];
}

function launchFailed(runId: string, id: TaskId | undefined, error: unknown): LoadstarError {
  const task = id === undefined ? 'the tasks' : `task ${id.task} of region ${id.region}`;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `run ${runId}: ${task} could not be started: ${reason}; nothing of this launch was left running`;
  return new LoadstarError('launch_failed', message, { cause: error });
}

/** Run ids become folder names. */
function checkRunId(runId: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(runId)) return;
  throw new LoadstarError('option_invalid', `${JSON.stringify(runId)} cannot be the id of a run`);
}

function checkRegion(region: string, tasksMax: number): void {
  if (!regionNameSchema.safeParse(region).success) {
    throw new LoadstarError('option_invalid', `${JSON.stringify(region)} cannot be the name of a region`);
  }
  if (!Number.isInteger(tasksMax) || tasksMax < 0) {
    throw new LoadstarError('option_invalid', `region ${region} cannot have room for ${tasksMax} tasks`);
  }
}
