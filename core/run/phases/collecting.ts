/**
 * Running and cancelling: keeps the load going while nothing speaks against it, and collects results until every task has delivered
 * or is lost. A run that is stopped before its load began passes through here too.
 */
import { accountForTasks, isSettled, lostNames } from '../account-for-tasks.ts';
import type { Command, Observation, TaskObservation } from '../observation.ts';
import type { Run } from '../run.ts';
import { lostTasksReason, taskName, thresholdReachable } from '../tasks.ts';
import { decideOutcome, enterPhase, orderStop } from '../transitions.ts';
import type { Step } from './step.ts';

export function collect(before: Run, observation: Observation, nowMs: number): Step {
  const accounted = accountForTasks(before, observation, nowMs);
  const run = stopWhenNeeded(accounted, observation, nowMs);
  if (isSettled(run, observation)) {
    return { run: enterPhase(decideOutcome(run), 'parsing results', nowMs), commands: [] };
  }
  const state = run.stopReason === null ? 'go' : 'stop';
  const commands: Command[] = [
    { kind: 'control', state, goAtMs: run.goAtMs, stopReason: run.stopReason },
    ...parseLanded(observation),
    ...killLost(run, observation),
    ...killOverdue(run, observation, nowMs),
  ];
  // A run that has just turned to cancelling begins there anew: a step that changes the phase brings no commands.
  return run.phase === before.phase ? { run, commands } : { run, commands: [] };
}

/** Asks for the results that landed to be parsed. */
export function parseLanded(observation: Observation): Command[] {
  return observation.tasks.some((task) => task.result === 'landed') ? [{ kind: 'parse-results' }] : [];
}

/** A task that was given up must not go on: nobody would count its load. */
export function killLost(run: Run, observation: Observation): Command[] {
  const lost = lostNames(run);
  return kill(observation.tasks.filter((task) => task.process === 'running' && lost.has(taskName(task))));
}

function killOverdue(run: Run, observation: Observation, nowMs: number): Command[] {
  if (run.stopAtMs === null || nowMs - run.stopAtMs < run.timeouts.stopGraceSeconds * 1000) return [];
  const lost = lostNames(run);
  return kill(
    observation.tasks.filter(
      (task) => task.process === 'running' && task.result === 'none' && !lost.has(taskName(task)),
    ),
  );
}

function kill(tasks: readonly TaskObservation[]): Command[] {
  return tasks.length === 0 ? [] : [{ kind: 'kill', tasks: tasks.map(({ region, task }) => ({ region, task })) }];
}

/** The first of the reasons to stop that holds; while none does, the run as it was. */
function stopWhenNeeded(run: Run, observation: Observation, nowMs: number): Run {
  if (run.stopReason !== null) return run;
  if (run.cancelRequestedAtMs !== null || observation.control?.state === 'stop') {
    return orderStop(run, 'cancelled', 'Cancelled while it ran.', nowMs);
  }
  const lost = lostNames(run);
  if (!observation.tasks.some((task) => task.result === 'none' && !lost.has(taskName(task)))) return run;
  if (!thresholdReachable(run)) return orderStop(run, 'failed', lostTasksReason(run), nowMs);
  if (observation.stopCriterion !== null) {
    return orderStop(run, 'criterion', `Stopped by a criterion: ${observation.stopCriterion.message}`, nowMs);
  }
  if (run.goAtMs !== null && nowMs >= run.goAtMs + run.deadlineSeconds * 1000) {
    return orderStop(run, 'deadline', `Tasks were still at work ${run.deadlineSeconds} s after the start.`, nowMs);
  }
  return run;
}
