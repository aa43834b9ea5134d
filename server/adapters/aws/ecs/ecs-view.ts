/**
 * What there is of tasks and of room for them, for those who neither start nor end any: they hold nothing that could. The launcher looks through it
 * too.
 */
import { LoadstarError } from '../../../../core/errors.ts';
import type { LaunchedTask, Launcher, RegionCapacity } from '../../../ports/launcher.ts';
import type { Log } from '../../../ports/log.ts';
import { failureText } from './aws-failures.ts';
import { type EcsRegions, type EcsRegionsOptions, type OpenRegion, openEcsRegions } from './ecs-regions.ts';
import { endedBecause, mayHaveSaidWhy } from './ended-because.ts';
import { checkRunId } from './launch-checks.ts';
import type { RegionRecords } from './region-records.ts';
import { type KnownTask, RunTasks } from './run-tasks.ts';

export interface EcsViewOptions extends EcsRegionsOptions {
  records: RegionRecords;
  log: Log;
  /** The last thing that a task logged; null when that is not known. */
  lastWords?: (region: OpenRegion, taskArn: string) => Promise<string | null>;
}

/** Last words that one call asks for: each is a call of CloudWatch Logs. */
const LAST_WORDS_MAX = 20;
/** Runs whose tasks are remembered: those that were looked at last. */
const RUNS_MAX = 100;

export class EcsView {
  readonly regions: EcsRegions;
  readonly #options: EcsViewOptions;
  readonly #runs = new Map<string, RunTasks>();

  constructor(options: EcsViewOptions) {
    this.#options = options;
    this.regions = openEcsRegions(options);
  }

  /** What is remembered of the run's tasks: ECS is not asked. */
  tasksOf(runId: string): RunTasks {
    const known = this.#runs.get(runId) ?? new RunTasks(runId);
    this.#runs.delete(runId);
    this.#runs.set(runId, known);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > RUNS_MAX && oldest !== undefined) this.#runs.delete(oldest);
    return known;
  }

  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  async capacity(): Promise<RegionCapacity[]> {
    return Promise.all((await this.regions.all()).map((region) => region.capacity()));
  }

  async observe(runId: string, regions?: readonly string[]): Promise<LaunchedTask[]> {
    checkRunId(runId);
    const known = this.tasksOf(runId);
    await known.look(await this.regions.all(regions));
    const tasks = known.all();
    if (tasks.length === 0) return [];
    const allEnded = tasks.every(({ ended }) => ended !== null);
    if (allEnded && (await this.#options.records.isReleased(runId))) {
      this.forget(runId);
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

/** A launcher that only looks: what changes something is refused. */
export function createLookingLauncher(options: EcsViewOptions): Launcher {
  const view = new EcsView(options);
  const refuse = async () => {
    throw new LoadstarError('internal', 'Tasks are started and ended by those alone who drive their runs.');
  };
  return {
    capacity: () => view.capacity(),
    observe: (runId, regions) => view.observe(runId, regions),
    launch: refuse,
    kill: refuse,
    release: refuse,
  };
}
