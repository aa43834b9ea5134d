/**
 * A task's shard: its exact part of a run's users and starts, derived from the plan and the task's own name alone. The shards of all tasks
 * together are the plan: every user and every start is in exactly one of them.
 */
import { LoadstarError } from '../errors.ts';
import type { DataSource, Flow } from '../scenario/scenario.ts';
import { beginSeconds } from './begin-seconds.ts';
import { StartSchedule } from './load-curve.ts';
import type { LoadCurve, Plan, PlannedExecution, TaskId } from './plan.ts';
import { type RowOwner, type RowPart, rowPart } from './rows.ts';
import { composeShares, everyNth, repeatShare, type Share, shiftShare, taskShare } from './share.ts';
import { UserChanges } from './user-changes.ts';

export interface Shard {
  /** One for each of the plan's executions, in its order; an execution of which the task has no part has no users here. */
  executions: ShardExecution[];
}

interface ShardExecutionBase {
  flow: Flow;
  /** Seconds from go to the execution's beginning, from which all its other times count. `goAtMs`: epoch, control plane's clock. */
  beginSeconds(goAtMs: number): number;
  /** The user's number in the whole run's execution, from 0. */
  userIndex(i: number): number;
  /** Which of a data source's rows are for these users. Throws `scenario_invalid` when there are too few to be split. */
  rowsOf(rowCount: number, source: DataSource): RowPart;
  iterationsPerUser: number | null;
}

/** Users that walk their flow again and again. */
export interface ClosedShardExecution extends ShardExecutionBase {
  model: 'closed';
  users: number;
  /** When its users begin and leave, from the beginning on; each call starts anew. The active ones are always users 0 to n - 1. */
  userChanges(): UserChanges;
  /** No request begins after this instant; null: until all users have done their iterations. */
  endSeconds: number | null;
}

/** Starts at planned instants, each taken by a user that is free. */
export interface OpenShardExecution extends ShardExecutionBase {
  model: 'open';
  /** What a start is: one request, or a whole iteration. */
  startUnit: 'requests' | 'iterations';
  /** Users that may be under way in this task. */
  usersMax: number;
  /** When users begin to take turns, at the latest; null: only when a start finds nobody free. Each call starts anew. */
  userChanges(): UserChanges | null;
  /** The task's planned starts, all of which are due before `endSeconds`. */
  starts: number;
  /** The instant at which the task's start `i` is due. Never falls with `i`. Fast, without allocation. */
  startSeconds(i: number): number;
  /** The start's number in the whole run's execution, from 0. */
  startIndex(i: number): number;
  endSeconds: number;
}

export type ShardExecution = ClosedShardExecution | OpenShardExecution;

/**
 * The shard of one task, or of one of its threads (from 0). Throws `not_found` for a task or thread that the plan does not have,
 * `run_folder_invalid` for a flow that it lacks.
 */
export function shardOf(plan: Plan, id: TaskId, thread: number | null = null): Shard {
  const shares = executionShares(plan, id, thread);
  return {
    executions: plan.executions.map((execution, position) => ({
      ...shardExecution(plan, execution, shares[position]!),
      rowsOf: (rowCount, source) => rowPart(rowCount, source, rowOwner(plan, id, thread, position)),
    })),
  };
}

/** A task's share of one execution, or a thread's. */
export interface ExecutionShare {
  users: Share;
  /** The closed model has none. */
  starts: Share | null;
}

/**
 * The shares of a task, or of one of its threads, in the plan's executions. Each execution's users go on in the pattern where those of the
 * one before ended: so executions with few users do not all meet at the first task.
 */
export function executionShares(plan: Plan, id: TaskId, thread: number | null = null): ExecutionShare[] {
  const base = threadShare(plan, id, thread);
  let offset = 0;
  return plan.executions.map(({ load }) => {
    const users = shiftShare(base, offset);
    if (load.model === 'closed') {
      offset += load.usersMax;
      return { users, starts: null };
    }
    // Bound users take the starts in turn, so that a task without a user gets none; else the starts themselves are shared.
    offset += load.usersBound ? load.usersMax : 1;
    return { users, starts: load.usersBound ? repeatShare(users, load.usersMax) : users };
  });
}

function threadShare(plan: Plan, id: TaskId, thread: number | null): Share {
  const whole = taskShare(plan.regions, id);
  if (thread === null) return whole;
  if (!Number.isInteger(thread) || thread < 0 || thread >= plan.threadsPerTask) {
    throw new LoadstarError('not_found', `The plan has no thread ${thread} in a task.`);
  }
  return composeShares(whole, everyNth(thread, plan.threadsPerTask));
}

function shardExecution(
  plan: Plan,
  execution: PlannedExecution,
  share: ExecutionShare,
): Omit<ClosedShardExecution, 'rowsOf'> | Omit<OpenShardExecution, 'rowsOf'> {
  const { flow: name, load } = execution;
  const flow = Object.hasOwn(plan.flows, name) ? plan.flows[name] : undefined;
  if (flow === undefined) {
    throw new LoadstarError('run_folder_invalid', `The plan names a flow '${name}' that it does not have.`);
  }
  const users = share.users.countBelow(load.usersMax);
  const common = {
    flow,
    beginSeconds: (goAtMs: number) => beginSeconds(execution, goAtMs),
    userIndex: (i: number) => share.users.index(i),
    iterationsPerUser: load.iterationsPerUser,
  };
  const changes = (curve: LoadCurve) => new UserChanges(curve, { count: users, number: common.userIndex });
  if (load.model === 'closed') {
    return {
      ...common,
      model: 'closed',
      users,
      userChanges: () => changes(load.users),
      endSeconds: load.endSeconds,
    };
  }
  const schedule = new StartSchedule(load.starts);
  const starts = share.starts ?? share.users;
  return {
    ...common,
    model: 'open',
    startUnit: load.startUnit,
    usersMax: users,
    userChanges: () => (load.users === null ? null : changes(load.users)),
    starts: starts.countBelow(schedule.startsPlanned(load.endSeconds)),
    startSeconds: (i) => schedule.startSeconds(starts.index(i)),
    startIndex: (i) => starts.index(i),
    endSeconds: load.endSeconds,
  };
}

/** What rows the users of an execution in a task, or in one of its threads, get. */
function rowOwner(plan: Plan, id: TaskId, thread: number | null, position: number): RowOwner {
  const { load } = plan.executions[position]!;
  const { users, starts } = executionShares(plan, id, thread)[position]!;
  const hasUsers = (each: number) => executionShares(plan, id, each)[position]!.users.countBelow(load.usersMax) > 0;
  const threads =
    thread === null ? [] : Array.from({ length: plan.threadsPerTask }, (_, each) => each).filter(hasUsers);
  return {
    splitShare: starts ?? repeatShare(users, load.usersMax),
    thread: thread === null ? 0 : threads.indexOf(thread),
    threads: Math.max(1, threads.length),
    uniquePlace: (path) => uniquePlace(plan, path, position),
  };
}

function uniquePlace(plan: Plan, path: string, position: number): { place: number; count: number } {
  const takers = [...plan.executions.keys()].filter((each) => {
    const sources = plan.flows[plan.executions[each]!.flow]?.dataSources ?? [];
    return sources.some((source) => source.path === path && source.partition === 'unique');
  });
  return { place: takers.indexOf(position), count: takers.length };
}
