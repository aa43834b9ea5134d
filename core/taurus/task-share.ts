/**
 * A task's exact part of what Taurus runs, derived from the plan and the task's own name alone, as `../plan/shard.ts` does it for the native
 * engine. Users are dealt one by one, so that the parts of all tasks are the whole at every level of the load; rates are divided as the
 * users are.
 */
import { LoadstarError } from '../errors.ts';
import type { Plan, PlannedRegion, TaskId } from '../plan/plan.ts';
import { shiftShare, taskShare } from '../plan/share.ts';
import type { TaurusLoad } from './taurus-scenario.ts';

/** Numerator and denominator, in lowest terms. */
export type Fraction = readonly [number, number];

export interface TaurusShare {
  /** The task has no part of this execution: nothing of it is started. */
  isIdle: boolean;
  /** The load of this task; `concurrency` is 0 when it is idle. Null: the script keeps its own, of which the task takes its part. */
  load: TaurusLoad | null;
  /** Users of the execution over all tasks; null: not known before it runs. */
  usersTotal: number | null;
  /** Part of the rates: 0 to 1. */
  proportion: number;
  /** k6's execution segment: `from` (exclusive) to `to` (inclusive), and the `sequence` that all tasks have in common. */
  segment: { from: Fraction; to: Fraction; sequence: string };
  /** From 0, over all regions in the plan's order. */
  taskNumber: number;
  tasks: number;
  /**
   * How many of `count` users are this task's, when `before` others of the same execution stand before them (those of the groups before
   * theirs). Over all tasks they are `count`.
   */
  usersOf(count: number, before?: number): number;
}

export interface TaskShare {
  /** One for each of the plan's executions, in its order. */
  executions: TaurusShare[];
}

/** Throws `not_found` for a task that the plan does not have, or a plan without anything for Taurus. */
export function taskShareOf(plan: Pick<Plan, 'regions' | 'taurus'>, id: TaskId): TaskShare {
  if (plan.taurus === null) throw new LoadstarError('not_found', 'The plan has nothing for Taurus to run.');
  const whole = taskShare(plan.regions, id);
  const place = taskPlace(plan.regions, id);
  let offset = 0;
  const executions = plan.taurus.executions.map(({ executor, load, shape }): TaurusShare => {
    const share = shiftShare(whole, offset);
    const usersTotal = load?.concurrency ?? shape.usersMax;
    offset += Math.max(1, usersTotal ?? 1);
    const usersOf = (count: number, before = 0) => share.countBelow(before + count) - share.countBelow(before);
    const users = usersTotal === null ? null : usersOf(usersTotal);
    // Of a load of unknown size, or without users, every task has its part.
    const isDealt = users !== null && usersTotal !== null && usersTotal > 0;
    const proportion = isDealt ? users / usersTotal : share.proportion;
    // k6 divides its own load itself, and may give a single user to another task than we would.
    const isIdle = proportion === 0 && (executor !== 'k6' || load !== null);
    return {
      isIdle,
      load: loadOf(load, users ?? 0, proportion),
      usersTotal,
      proportion,
      usersOf,
      ...place,
      // Its sequence names all tasks: with thousands of them nobody else wants to wait for it.
      get segment() {
        return segmentOf(plan.regions, id);
      },
    };
  });
  return { executions };
}

function loadOf(load: TaurusLoad | null, users: number, proportion: number): TaurusLoad | null {
  if (load === null) return null;
  const { concurrency, throughput } = load;
  return {
    ...load,
    concurrency: concurrency === null ? null : users,
    throughput: throughput === null ? null : throughput * proportion,
  };
}

function taskPlace(regions: readonly PlannedRegion[], id: TaskId): { taskNumber: number; tasks: number } {
  const position = regions.findIndex(({ name }) => name === id.region);
  const tasksOf = (some: readonly PlannedRegion[]) => some.reduce((sum, { tasks }) => sum + tasks, 0);
  return { taskNumber: tasksOf(regions.slice(0, position)) + id.task, tasks: tasksOf(regions) };
}

/** Segments of the tasks lie one after the other, each as long as its part of the whole. */
function segmentOf(regions: readonly PlannedRegion[], id: TaskId): TaurusShare['segment'] {
  const { unit, lengths } = segmentLengths(regions);
  const bounds: bigint[] = [0n];
  let own = 0;
  for (const [position, { name, tasks }] of regions.entries()) {
    if (name === id.region) own = bounds.length - 1 + id.task;
    for (let task = 0; task < tasks; task++) bounds.push(bounds.at(-1)! + lengths[position]!);
  }
  const fractions = bounds.map((bound) => reduced(bound, unit));
  const text = ([numerator, denominator]: Fraction) =>
    numerator === 0 || numerator === denominator ? String(numerator / denominator) : `${numerator}/${denominator}`;
  return { from: fractions[own]!, to: fractions[own + 1]!, sequence: fractions.map(text).join(',') };
}

/** Length of a task's segment for each region, in parts of which the whole has `unit`. */
function segmentLengths(regions: readonly PlannedRegion[]): { unit: bigint; lengths: bigint[] } {
  const shares = regions.reduce((sum, { share }) => sum + BigInt(share), 0n);
  const tasks = regions.reduce((product, { tasks: count }) => commonMultiple(product, BigInt(count)), 1n);
  const lengths = regions.map(({ share, tasks: count }) => (BigInt(share) * tasks) / BigInt(count));
  return { unit: shares * tasks, lengths };
}

/**
 * Into how many parts k6 must divide a load to deal it to these tasks. It keeps a table of so many, which is why a plan may not have
 * too many.
 */
export function segmentParts(regions: readonly PlannedRegion[]): number {
  const { unit, lengths } = segmentLengths(regions);
  return Number(unit / lengths.reduce(commonDivisor, unit));
}

function reduced(numerator: bigint, denominator: bigint): Fraction {
  const divisor = commonDivisor(numerator, denominator);
  return [Number(numerator / divisor), Number(denominator / divisor)];
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}

function commonMultiple(a: bigint, b: bigint): bigint {
  return (a / commonDivisor(a, b)) * b;
}
