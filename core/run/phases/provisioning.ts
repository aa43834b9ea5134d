/** Provisioning: starts the tasks, waits until they are ready, and gives the start instant. */
import { accountForTasks, lostNames } from '../account-for-tasks.ts';
import type { Command, Observation } from '../observation.ts';
import { goLeadMs } from '../policy.ts';
import type { Run } from '../run.ts';
import { lostTasksReason, plannedTasks, taskName, thresholdReachable } from '../tasks.ts';
import { enterPhase, orderStop } from '../transitions.ts';
import { collect, killLost, parseLanded } from './collecting.ts';
import type { Step } from './step.ts';

export function provision(before: Run, observation: Observation, nowMs: number): Step {
  const { control } = observation;
  if (before.goAtMs === null && control !== null && control.goAtMs !== null) {
    // The file decides when load starts: of several control planes that write it only one succeeds.
    return { run: enterPhase({ ...before, goAtMs: control.goAtMs }, 'running', nowMs), commands: [] };
  }
  if (before.stopReason !== null) return collect(before, observation, nowMs);
  if (before.cancelRequestedAtMs !== null || control?.state === 'stop') {
    return { run: orderStop(before, 'cancelled', 'Cancelled before its load began.', nowMs), commands: [] };
  }
  const run = accountForTasks(before, observation, nowMs);
  if (!thresholdReachable(run))
    return collect(orderStop(run, 'failed', lostTasksReason(run), nowMs), observation, nowMs);

  const commands: Command[] = [...parseLanded(observation), ...killLost(run, observation)];
  const lost = lostNames(run);
  if (observation.tasks.some((task) => task.process === 'absent' && !lost.has(taskName(task)))) {
    commands.push({ kind: 'launch', tasks: plannedTasks(run.regions), token: run.id });
  }
  const missing = new Set(run.missingTasks.map(taskName));
  const goes = observation.tasks.every(
    (task) => lost.has(taskName(task)) || (task.ready && !missing.has(taskName(task))),
  );
  if (goes) commands.push({ kind: 'go', leadMs: goLeadMs(run.controlPollMs) });
  else commands.push({ kind: 'control', state: 'wait', goAtMs: null, stopReason: null });
  return { run, commands };
}
