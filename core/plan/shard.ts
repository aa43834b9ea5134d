/**
 * A task's shard: its exact part of a run's users and starts, derived from the plan and the task's own name alone. The shards of all tasks
 * together are the plan: every user and every start is in exactly one of them.
 */
import { LoadstarError } from '../errors.ts';
import type { Flow } from '../scenario/scenario.ts';
import { StartSchedule, UserSchedule } from './load-curve.ts';
import type { Plan, PlannedExecution, TaskId } from './plan.ts';
import { repeatShare, type Share, shiftShare, taskShare } from './share.ts';

export interface Shard {
  /** One for each of the plan's executions, in its order; an execution of which the task has no part has no users here. */
  executions: ShardExecution[];
}

/** Users that walk their flow again and again. */
export interface ClosedShardExecution {
  model: 'closed';
  flow: Flow;
  users: number;
  /** Seconds from go at which the task's user `i` begins; never falls with `i` while the load only rises. */
  userStartSeconds(i: number): number;
  /** The user's number in the whole run's execution, from 0. */
  userIndex(i: number): number;
  iterationsPerUser: number | null;
  /** No request begins after this instant, in seconds from go; null: until all users have done their iterations. */
  endSeconds: number | null;
}

/** Starts at planned instants, each taken by a user that is free. */
export interface OpenShardExecution {
  model: 'open';
  flow: Flow;
  /** Users that may be under way in this task. */
  usersMax: number;
  /** The user's number in the whole run's execution, from 0. */
  userIndex(i: number): number;
  /** The task's planned starts, all of which are due before `endSeconds`. */
  starts: number;
  /** Seconds from go at which the task's start `i` is due. Never falls with `i`. Fast, without allocation. */
  startSeconds(i: number): number;
  /** The start's number in the whole run's execution, from 0. */
  startIndex(i: number): number;
  iterationsPerUser: number | null;
  endSeconds: number;
}

export type ShardExecution = ClosedShardExecution | OpenShardExecution;

/** The shard of one task. Throws `not_found` for a task that the plan does not have, `run_folder_invalid` for a flow that it lacks. */
export function shardOf(plan: Plan, id: TaskId): Shard {
  const shares = executionShares(plan, id);
  return {
    executions: plan.executions.map((execution, position) => shardExecution(plan, execution, shares[position]!)),
  };
}

/** A task's share of one execution. */
export interface ExecutionShare {
  users: Share;
  /** The closed model has none. */
  starts: Share | null;
}

/**
 * A task's shares of the plan's executions. Each execution's users go on in the pattern where those of the one before ended: so
 * executions with few users do not all meet at the first task.
 */
export function executionShares(plan: Plan, id: TaskId): ExecutionShare[] {
  const base = taskShare(plan.regions, id);
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

function shardExecution(plan: Plan, { flow: name, load }: PlannedExecution, share: ExecutionShare): ShardExecution {
  const flow = Object.hasOwn(plan.flows, name) ? plan.flows[name] : undefined;
  if (flow === undefined) {
    throw new LoadstarError('run_folder_invalid', `The plan names a flow '${name}' that it does not have.`);
  }
  const users = share.users.countBelow(load.usersMax);
  const userIndex = (i: number) => share.users.index(i);
  const { iterationsPerUser } = load;
  if (load.model === 'closed') {
    const schedule = new UserSchedule(load.users);
    return {
      model: 'closed',
      flow,
      users,
      userStartSeconds: (i) => schedule.activeFromSeconds(share.users.index(i)),
      userIndex,
      iterationsPerUser,
      endSeconds: load.endSeconds,
    };
  }
  const schedule = new StartSchedule(load.starts);
  const starts = share.starts ?? share.users;
  return {
    model: 'open',
    flow,
    usersMax: users,
    userIndex,
    starts: starts.countBelow(schedule.startsPlanned(load.endSeconds)),
    startSeconds: (i) => schedule.startSeconds(starts.index(i)),
    startIndex: (i) => starts.index(i),
    iterationsPerUser,
    endSeconds: load.endSeconds,
  };
}
