/** The tasks of one run as ECS tells them, remembered from look to look: what has ended stays so, what is known is not described again. */
import type { Task } from '@aws-sdk/client-ecs';
import type { TaskId } from '../../../../core/plan/plan.ts';
import { taskName } from '../../../../core/run/tasks.ts';
import type { OpenRegion } from './ecs-regions.ts';
import { hasEnded } from './ended-because.ts';
import { describeTasks, listTasks } from './read-tasks.ts';
import { readTags, startedByOf } from './task-marks.ts';

export interface KnownTask extends TaskId {
  arn: string;
  at: OpenRegion;
  /** It was told to end, or is about to: ECS wants it to run no more. */
  ending: boolean;
  /** As it was described when it had ended; null while it has not. */
  ended: Task | null;
  /** Of its log. */
  lastWords: string | null;
  /** Whether its log was asked. */
  asked: boolean;
}

export class RunTasks {
  readonly #runId: string;
  readonly #byName = new Map<string, KnownTask>();

  constructor(runId: string) {
    this.#runId = runId;
  }

  get size(): number {
    return this.#byName.size;
  }

  has(id: TaskId): boolean {
    return this.#byName.has(taskName(id));
  }

  get(id: TaskId): KnownTask | null {
    return this.#byName.get(taskName(id)) ?? null;
  }

  /** By region, then number. */
  all(): KnownTask[] {
    return [...this.#byName.values()].toSorted(
      (a, b) => (a.region < b.region ? -1 : a.region > b.region ? 1 : 0) || a.task - b.task,
    );
  }

  /** One that was just started: lists may not show it yet. */
  add({ id, arn, at }: { id: TaskId; arn: string; at: OpenRegion }): void {
    if (!this.has(id))
      this.#byName.set(taskName(id), { ...id, arn, at, ending: false, ended: null, lastWords: null, asked: false });
  }

  /** Brings what is known up to date. Throws the service's error. */
  async look(regions: readonly OpenRegion[]): Promise<void> {
    await Promise.all(regions.map((region) => this.#lookAt(region)));
  }

  async #lookAt(region: OpenRegion): Promise<void> {
    const startedBy = startedByOf(this.#runId);
    const [running, stopped] = await Promise.all([
      listTasks(region.cluster, 'RUNNING', startedBy),
      listTasks(region.cluster, 'STOPPED', startedBy),
    ]);
    const known = new Map(
      [...this.#byName.values()].filter(({ at }) => at.name === region.name).map((task) => [task.arn, task]),
    );
    const listed = new Set([...running, ...stopped]);
    const unknown = running.filter((arn) => !known.has(arn));
    const ending = stopped.filter((arn) => known.get(arn)?.ended == null);
    // Just started, or ended so long ago that no list shows it: only ECS can tell which.
    const unlisted = [...known.values()].filter(({ arn, ended }) => ended === null && !listed.has(arn));
    const described = await describeTasks(region.cluster, [...unknown, ...ending, ...unlisted.map(({ arn }) => arn)]);
    for (const task of described) this.#note(region, task);
    const answered = new Set(described.map(({ taskArn }) => taskArn));
    for (const task of unlisted) if (!answered.has(task.arn)) this.#forget(task);
  }

  #note(region: OpenRegion, task: Task): void {
    const id = readTags(task.tags);
    if (id === null || id.runId !== this.#runId || id.region !== region.name || task.taskArn === undefined) return;
    this.add({ id: { region: id.region, task: id.task }, arn: task.taskArn, at: region });
    const known = this.get(id);
    if (known === null || known.arn !== task.taskArn) return;
    known.ending = task.desiredStatus === 'STOPPED';
    if (hasEnded(task)) known.ended = task;
  }

  #forget(task: KnownTask): void {
    this.#byName.delete(taskName(task));
  }
}
