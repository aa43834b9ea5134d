/** Which tasks are lost: the one place that turns what was seen of a task into what the run thinks of it. */
import type { TaskId } from '../plan/plan.ts';
import type { Observation, TaskObservation } from './observation.ts';
import { LOST_GRACE_MS, PROVISIONING_MS_MAX, STOP_MS_MAX } from './policy.ts';
import type { LostTask, MissingTask, Run } from './run.ts';
import { taskName } from './tasks.ts';

/** Its result is in, and stands for its whole shard, or for as much of it as was wanted. */
export function hasDelivered(task: TaskObservation): boolean {
  return task.result === 'parsed' && (task.exit === 'completed' || task.exit === 'stopped');
}

/** Brings `missingTasks` and `lostTasks` up to date. The same object when nothing changed. */
export function accountForTasks(run: Run, observation: Observation, nowMs: number): Run {
  const missingBefore = new Map(run.missingTasks.map((task) => [taskName(task), task]));
  const lostBefore = new Map(run.lostTasks.map((task) => [taskName(task), task]));
  const missing: MissingTask[] = [];
  const lost: LostTask[] = [];
  for (const task of observation.tasks) {
    const name = taskName(task);
    if (hasDelivered(task)) continue;
    const known = lostBefore.get(name);
    if (known !== undefined) {
      lost.push(known);
      continue;
    }
    const id: TaskId = { region: task.region, task: task.task };
    const gone = isGone(run, observation, task);
    const since = gone ? (missingBefore.get(name)?.sinceMs ?? nowMs) : null;
    const reason = whyLost(run, observation, task, since, nowMs);
    if (reason !== null) lost.push({ ...id, reason });
    else if (since !== null) missing.push({ ...id, sinceMs: since });
  }
  const same = sameTasks(run.missingTasks, missing) && sameTasks(run.lostTasks, lost);
  return same ? run : { ...run, missingTasks: missing, lostTasks: lost };
}

/** Nothing will come of it any more, as far as one can see. */
function isGone(run: Run, observation: Observation, task: TaskObservation): boolean {
  if (task.result !== 'none' || task.process === 'running') return false;
  if (task.process === 'ended' || run.goAtMs !== null || run.stopReason !== null) return true;
  return observation.launchError !== null;
}

function whyLost(
  run: Run,
  observation: Observation,
  task: TaskObservation,
  goneSinceMs: number | null,
  nowMs: number,
): string | null {
  if (task.result === 'damaged') return `Its result cannot be read: ${task.error ?? 'no reason given'}`;
  if (task.result === 'parsed') return whyBrokenOff(task);
  if (task.result === 'landed') return null;
  if (goneSinceMs !== null) {
    const neverStarted = task.process === 'absent' && run.goAtMs === null && run.stopReason !== null;
    if (neverStarted) return 'It was never started.';
    if (nowMs - goneSinceMs >= LOST_GRACE_MS) return whyGone(observation, task);
  }
  if (run.stopAtMs !== null && nowMs - run.stopAtMs >= STOP_MS_MAX)
    return 'It did not end in time after it was stopped.';
  const waitingForReady = run.phase === 'provisioning' && !task.ready;
  if (waitingForReady && nowMs - run.phaseSinceMs >= PROVISIONING_MS_MAX) {
    return `It was not ready within ${PROVISIONING_MS_MAX / 1000} s.`;
  }
  return null;
}

function whyBrokenOff(task: TaskObservation): string {
  if (task.exit === 'lease-expired') {
    return 'It lost touch with the control plane and ended its load early.';
  }
  return task.error ?? 'It failed without saying why.';
}

function whyGone(observation: Observation, task: TaskObservation): string {
  if (task.error !== null) return task.error;
  if (task.process === 'absent') return observation.launchError ?? 'Its process is gone, and nobody knows why.';
  return `Its process ended without a result: ${task.endedBecause ?? 'nobody knows why'}`;
}

function sameTasks(before: readonly TaskId[], after: readonly TaskId[]): boolean {
  return (
    before.length === after.length &&
    before.every((task, i) => task.region === after[i]?.region && task.task === after[i]?.task)
  );
}
