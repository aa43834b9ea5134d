/** Which tasks are lost: the one place that turns what was seen of a task into what the run thinks of it. */
import type { TaskId } from '../plan/plan.ts';
import type { Observation, TaskObservation } from './observation.ts';
import type { LostTask, MissingTask, Run } from './run.ts';
import { taskName } from './tasks.ts';

/** Brings `missingTasks` and `lostTasks` up to date. The same object when nothing changed. */
export function accountForTasks(run: Run, observation: Observation, nowMs: number): Run {
  const missingBefore = new Map(run.missingTasks.map((task) => [taskName(task), task]));
  const lostBefore = new Map(run.lostTasks.map((task) => [taskName(task), task]));
  const missing: MissingTask[] = [];
  const lost: LostTask[] = [];
  for (const task of observation.tasks) {
    const name = taskName(task);
    const known = lostBefore.get(name);
    if (known?.brokeOff) {
      lost.push(known);
    } else if (task.result === 'parsed' || task.result === 'damaged') {
      const reason = whyBrokenOff(run, observation, task);
      if (reason !== null) lost.push({ region: task.region, task: task.task, reason, brokeOff: true });
    } else if (known !== undefined) {
      lost.push(known);
    } else {
      const gone = isGone(run, observation, task);
      const sinceMs = gone ? (missingBefore.get(name)?.sinceMs ?? nowMs) : null;
      const reason = whyLost(run, observation, task, sinceMs, nowMs);
      if (reason !== null) lost.push({ region: task.region, task: task.task, reason, brokeOff: false });
      else if (sinceMs !== null) missing.push({ region: task.region, task: task.task, sinceMs });
    }
  }
  const same = sameNames(run.missingTasks, missing) && sameNames(run.lostTasks, lost);
  return same ? run : { ...run, missingTasks: missing, lostTasks: lost };
}

/** The tasks of which nothing more is awaited: their result is in, or they are lost. */
export function isSettled(run: Run, observation: Observation): boolean {
  const lost = lostNames(run);
  return observation.tasks.every((task) => task.result === 'parsed' || lost.has(taskName(task)));
}

export function lostNames(run: Run): Set<string> {
  return new Set(run.lostTasks.map(taskName));
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
  const { timeouts } = run;
  if (task.result === 'landed') return null;
  if (goneSinceMs !== null) {
    const neverStarted = task.process === 'absent' && run.goAtMs === null && run.stopReason !== null;
    if (neverStarted) return 'It was never started.';
    if (nowMs - goneSinceMs >= timeouts.lostGraceSeconds * 1000) return whyGone(observation, task);
  }
  if (run.stopAtMs !== null && nowMs - run.stopAtMs >= timeouts.stopSeconds * 1000)
    return 'It did not end in time after it was stopped.';
  const waitingForReady = run.phase === 'provisioning' && !task.ready;
  if (waitingForReady && nowMs - run.phaseSinceMs >= timeouts.provisioningSeconds * 1000) {
    const waitsFor = task.process === 'absent' ? (observation.launchWaitsFor ?? null) : null;
    return `It was not ready within ${timeouts.provisioningSeconds} s${waitsFor === null ? '.' : `: ${waitsFor}`}`;
  }
  return null;
}

/** Why its result does not stand for its whole shard, or for as much of it as was wanted; null when it does. */
function whyBrokenOff(run: Run, observation: Observation, task: TaskObservation): string | null {
  if (task.result === 'damaged') return `Its result cannot be read: ${task.error ?? 'nobody knows why'}`;
  const stopOrdered =
    run.stopReason !== null || run.cancelRequestedAtMs !== null || observation.control?.state === 'stop';
  if (task.exit === 'completed' || (task.exit === 'stopped' && stopOrdered)) return null;
  if (task.exit === 'stopped') return 'It was told to end by somebody else than this run.';
  if (task.exit === 'lease-expired') return 'It lost touch with the control plane and ended its load early.';
  return task.error ?? 'It failed without saying why.';
}

function whyGone(observation: Observation, task: TaskObservation): string {
  if (task.error !== null) return task.error;
  if (task.process === 'absent') return observation.launchError ?? 'Its process is gone, and nobody knows why.';
  return `Its process ended without a result: ${task.endedBecause ?? 'nobody knows why'}`;
}

/** Entries never change but by `brokeOff`. */
function sameNames(before: readonly Entry[], after: readonly Entry[]): boolean {
  const same = (a: Entry, b: Entry) => a.region === b.region && a.task === b.task && a.brokeOff === b.brokeOff;
  return before.length === after.length && before.every((entry, i) => same(entry, after[i] as Entry));
}
type Entry = TaskId & { brokeOff?: boolean };
