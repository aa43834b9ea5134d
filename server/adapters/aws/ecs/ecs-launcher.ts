/**
 * Tasks on Fargate, each region an AWS region that registered itself. What was launched ECS itself remembers: the tasks of a run are found by
 * `startedBy`, and starting one again is the same task for its client token. One instance serves a Lambda for as long as that lives; what it keeps in
 * memory only spares calls.
 */
import { LoadstarError } from '../../../../core/errors.ts';
import type { TaskId } from '../../../../core/plan/plan.ts';
import { taskName } from '../../../../core/run/tasks.ts';
import type { LaunchedTask, Launcher, LaunchOrder, LaunchProgress, RegionCapacity } from '../../../ports/launcher.ts';
import type { Log } from '../../../ports/log.ts';
import { createMutex } from '../../mutex.ts';
import { failureText } from './aws-failures.ts';
import { type EcsRegions, type EcsRegionsOptions, type OpenRegion, openEcsRegions } from './ecs-regions.ts';
import { endedBecause, mayHaveSaidWhy } from './ended-because.ts';
import { checkOrder, checkRunId } from './launch-checks.ts';
import type { RegionRecords } from './region-records.ts';
import { type KnownTask, RunTasks } from './run-tasks.ts';
import { startAll } from './start-tasks.ts';

export interface EcsLauncherOptions extends EcsRegionsOptions {
  records: RegionRecords;
  log: Log;
  /** The last thing that a task logged; null when that is not known. */
  lastWords?: (region: OpenRegion, taskArn: string) => Promise<string | null>;
  /** How long a call may start or stop tasks before it leaves the rest to the next one. Default 20 s: a tick has 60. */
  budgetMs?: number;
  /** Between two looks at tasks that were told to end. Default 1 s. */
  pollMs?: number;
}

/** Last words that one call asks for: each is a call of CloudWatch Logs. */
const LAST_WORDS_MAX = 20;

export function createEcsLauncher(options: EcsLauncherOptions): Launcher {
  return new EcsLauncher(options);
}

class EcsLauncher implements Launcher {
  readonly #options: EcsLauncherOptions;
  readonly #regions: EcsRegions;
  readonly #budgetMs: number;
  /** Launches happen one after the other: the capacity is counted, then used. */
  readonly #mutex = createMutex();
  readonly #runs = new Map<string, RunTasks>();

  constructor(options: EcsLauncherOptions) {
    this.#options = options;
    this.#regions = openEcsRegions(options);
    this.#budgetMs = options.budgetMs ?? 20_000;
  }

  async capacity(): Promise<RegionCapacity[]> {
    return Promise.all((await this.#regions.all()).map((region) => region.capacity()));
  }

  async launch(order: LaunchOrder): Promise<LaunchProgress> {
    const tasks = checkOrder(order);
    return this.#mutex(async () => {
      const regions = await this.#regions.named(tasks.map(({ region }) => region));
      const known = this.#tasksOf(order.runId);
      await known.look([...regions.values()]);
      const waiting = tasks.filter((id) => !known.has(id));
      if (waiting.length === 0) return { waitingFor: null };
      // Once some were started there is no way back: the rest waits for its room.
      if (known.size === 0) await this.#checkRoom(regions, waiting);
      const untilMs = this.#options.clock.nowMs() + this.#budgetMs;
      const { started, waitingFor, failed } = await startAll(order, waiting, regions, untilMs);
      for (const task of started) known.add(task);
      for (const region of regions.values()) region.forgetCounts();
      if (failed === null) return { waitingFor };
      await this.#undo(known);
      throw new LoadstarError('launch_failed', `run ${order.runId}: ${failed}; nothing of it is left running`);
    });
  }

  async observe(runId: string, regions?: readonly string[]): Promise<LaunchedTask[]> {
    checkRunId(runId);
    const known = this.#tasksOf(runId);
    await known.look(await this.#regions.all(regions));
    const tasks = known.all();
    if (tasks.length === 0) return [];
    const allEnded = tasks.every(({ ended }) => ended !== null);
    if (allEnded && (await this.#options.records.isReleased(runId))) {
      this.#runs.delete(runId);
      return [];
    }
    await this.#askLastWords(tasks);
    return tasks.map((task) => ({
      region: task.region,
      task: task.task,
      state: task.ended === null ? 'running' : 'ended',
      endedBecause: task.ended === null ? null : endedBecause(task.ended, task.at.record.containerName, task.lastWords),
    }));
  }

  async kill(runId: string, tasks: TaskId[], _graceSeconds: number): Promise<void> {
    checkRunId(runId);
    if (tasks.length === 0) return;
    const known = this.#tasksOf(runId);
    const regions = await this.#regions.all(tasks.map(({ region }) => region));
    await known.look(regions);
    await this.#stop(
      known,
      tasks.flatMap((id) => known.get(id) ?? []),
    );
  }

  async release(runId: string, regions?: readonly string[]): Promise<void> {
    const running = (await this.observe(runId, regions)).filter(({ state }) => state === 'running').length;
    if (running > 0) {
      throw new LoadstarError('run_state_conflict', `run ${runId} still has ${running} running tasks: kill them first`);
    }
    await this.#options.records.markReleased(runId);
    this.#runs.delete(runId);
  }

  #tasksOf(runId: string): RunTasks {
    const known = this.#runs.get(runId) ?? new RunTasks(runId);
    this.#runs.set(runId, known);
    return known;
  }

  async #checkRoom(regions: ReadonlyMap<string, OpenRegion>, waiting: readonly TaskId[]): Promise<void> {
    for (const [name, region] of regions) {
      const { tasksMax } = region.record;
      const wanted = waiting.filter((id) => id.region === name).length;
      const running = await region.countRunning();
      if (running + wanted <= tasksMax) continue;
      const message = `region ${name} has room for ${tasksMax} tasks and runs ${running}: ${wanted} more do not fit`;
      throw new LoadstarError('capacity_exceeded', message);
    }
  }

  /** Stops what there is, and looks until all have ended or the time is up. */
  async #stop(known: RunTasks, tasks: readonly KnownTask[]): Promise<void> {
    const { clock, pollMs = 1_000 } = this.#options;
    const untilMs = clock.nowMs() + this.#budgetMs;
    const running = tasks.filter(({ ended }) => ended === null);
    await Promise.all(running.map(({ at, arn }) => at.tasks.stop(arn, 'Ended by Loadstar.', untilMs)));
    const names = new Set(running.map(taskName));
    const regions = [...new Set(running.map(({ at }) => at))];
    for (const region of regions) region.forgetCounts();
    for (;;) {
      await known.look(regions);
      const left = known.all().some((task) => names.has(taskName(task)) && task.ended === null);
      if (!left || clock.nowMs() + pollMs > untilMs) return;
      await clock.sleep(pollMs);
    }
  }

  async #undo(known: RunTasks): Promise<void> {
    try {
      await this.#stop(known, known.all());
    } catch (error) {
      this.#options.log('error', 'tasks of a failed launch could not be ended', { error: failureText(error) });
    }
  }

  async #askLastWords(tasks: readonly KnownTask[]): Promise<void> {
    const { lastWords, log } = this.#options;
    if (lastWords === undefined) return;
    const silent = tasks.filter(({ ended, asked }) => ended !== null && !asked && mayHaveSaidWhy(ended));
    await Promise.all(
      silent.slice(0, LAST_WORDS_MAX).map(async (task) => {
        try {
          task.lastWords = await lastWords(task.at, task.arn);
          task.asked = true;
        } catch (error) {
          log('warn', "a task's log could not be read", { task: task.arn, error: failureText(error) });
        }
      }),
    );
  }
}
