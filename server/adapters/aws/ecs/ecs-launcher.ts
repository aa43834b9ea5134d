/**
 * Tasks on Fargate, each region an AWS region that registered itself. What was launched ECS itself remembers: the tasks of a run are found by
 * `startedBy`, and starting one again is the same task for its client token. One instance serves a Lambda for as long as that lives; what it keeps in
 * memory only spares calls.
 */
import { LoadstarError } from '../../../../core/errors.ts';
import type { TaskId } from '../../../../core/plan/plan.ts';
import { taskName } from '../../../../core/run/tasks.ts';
import type { LaunchedTask, Launcher, LaunchOrder, LaunchProgress, RegionCapacity } from '../../../ports/launcher.ts';
import { createMutex } from '../../mutex.ts';
import { failureText } from './aws-failures.ts';
import type { OpenRegion } from './ecs-regions.ts';
import { EcsView, type EcsViewOptions } from './ecs-view.ts';
import { checkOrder, checkRunId } from './launch-checks.ts';
import type { KnownTask, RunTasks } from './run-tasks.ts';
import { startAll } from './start-tasks.ts';
import { stopTask } from './stop-task.ts';

export interface EcsLauncherOptions extends EcsViewOptions {
  /** How long a call may start or stop tasks before it leaves the rest to the next one. Default 20 s: a tick has 120. */
  budgetMs?: number;
  /** Between two looks at tasks that were told to end. Default 3 s: a look at a thousand takes twenty calls. */
  pollMs?: number;
}

export function createEcsLauncher(options: EcsLauncherOptions): Launcher {
  return new EcsLauncher(options);
}

class EcsLauncher implements Launcher {
  readonly #options: EcsLauncherOptions;
  readonly #view: EcsView;
  readonly #budgetMs: number;
  /** Launches happen one after the other: the capacity is counted, then used. */
  readonly #mutex = createMutex();

  constructor(options: EcsLauncherOptions) {
    this.#options = options;
    this.#view = new EcsView(options);
    this.#budgetMs = options.budgetMs ?? 20_000;
  }

  capacity(): Promise<RegionCapacity[]> {
    return this.#view.capacity();
  }

  observe(runId: string, regions?: readonly string[]): Promise<LaunchedTask[]> {
    return this.#view.observe(runId, regions);
  }

  async launch(order: LaunchOrder): Promise<LaunchProgress> {
    const tasks = checkOrder(order);
    return this.#mutex(async () => {
      const regions = await this.#view.regions.named(tasks.map(({ region }) => region));
      const known = this.#view.tasksOf(order.runId);
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

  async kill(runId: string, tasks: TaskId[], _graceSeconds: number): Promise<void> {
    checkRunId(runId);
    if (tasks.length === 0) return;
    const known = this.#view.tasksOf(runId);
    const regions = await this.#view.regions.all(tasks.map(({ region }) => region));
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
    this.#view.forget(runId);
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
    const { clock, pollMs = 3_000 } = this.#options;
    const untilMs = clock.nowMs() + this.#budgetMs;
    const running = tasks.filter(({ ended }) => ended === null);
    const stopping = running.filter(({ ending }) => !ending);
    await Promise.all(
      stopping.map(({ at, arn }) => stopTask(at.cluster, { taskArn: arn, reason: 'Ended by Loadstar.' }, untilMs)),
    );
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
}
