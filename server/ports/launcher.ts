/** Starts and ends the tasks of a run, wherever they run. */
import type { TaskId } from '../../core/plan/plan.ts';
import type { TaskSize } from '../../core/scenario/task-size.ts';

export interface LaunchOrder {
  runId: string;
  /** Where the task finds its run folder: `file:///...`, or `s3://<bucket>/runs/<runId>/?region=<the bucket's>`. */
  runFolderUrl: string;
  /**
   * The same for tasks of regions that reach it over HTTP; tasks that reach it in S3 ask there, at `taskAccessUrl(runFolderUrl)`, for
   * credentials. The token goes where nobody else reads it: no argument, no file.
   */
  overHttp?: { runFolderUrl: string; token: string };
  tasks: TaskId[];
  /** Values by name, for tasks that reach the run folder as files; they go where the token goes. Others ask for them. */
  secrets?: Record<string, string>;
  /** Launching again with the same token starts nothing twice. */
  token: string;
  /** Of each task, where tasks have a size; missing: the region's own. */
  taskSize?: TaskSize;
  /** On spare capacity, where there is such. */
  spot?: boolean;
}

export interface LaunchProgress {
  /** What keeps the tasks that are not started yet from being started, for people; null when nothing does, but time. */
  waitingFor: string | null;
}

export interface LaunchedTask extends TaskId {
  state: 'running' | 'ended';
  /** For ended ones, for people: exit code or signal, last line of the log. Null when not known. */
  endedBecause: string | null;
}

/** vCPUs of a region that tasks may have, and those that they have. */
export interface VcpuPool {
  /** Null: there is no such limit. */
  max: number | null;
  running: number;
}

export interface RegionCapacity {
  region: string;
  tasksMax: number;
  tasksRunning: number;
  /** Where tasks have sizes; `perTask` and `spotByDefault`: unless a scenario says another. */
  vcpu?: { perTask: number; spotByDefault: boolean; onDemand: VcpuPool; spot: VcpuPool };
  /** Why the region could not be asked, for people: what runs there is not known then. */
  problem?: string;
  /** How its tasks reach their run folder; default `file`. The others need the run's token. */
  runFolder?: 'file' | 'http' | 's3';
}

export interface Launcher {
  /** Tasks this region can still take. Regions that the launcher does not know are not listed. */
  capacity(): Promise<RegionCapacity[]>;
  /**
   * Throws `capacity_exceeded` above a region's capacity or for one that it does not know, and starts nothing then; `launch_failed` when a
   * task cannot be started, and leaves nothing of this launch running. It may start some tasks only, where all take longer than a tick may, or
   * where there is no room for now: asked again it goes on, and `observe` tells which there are.
   */
  launch(order: LaunchOrder): Promise<LaunchProgress>;
  /**
   * Every task of the run that was launched, also by a control plane that has died since. `regions`: those of the run, so that no others need be
   * looked at; default: all.
   */
  observe(runId: string, regions?: readonly string[]): Promise<LaunchedTask[]>;
  /**
   * Asks the tasks to end (SIGTERM), makes them end (SIGKILL) after `graceSeconds`, or the time that the platform sets. Tasks that have ended,
   * or never were, are no error. Resolves when all have ended, or when that takes longer than a tick may: what still runs then is killed again.
   */
  kill(runId: string, tasks: TaskId[], graceSeconds: number): Promise<void>;
  /** Forgets a run whose tasks have all ended; frees what it held. Throws `run_state_conflict` while one runs. */
  release(runId: string, regions?: readonly string[]): Promise<void>;
}
