/** Cleaning up: ends what is left of the tasks, releases what the run held, and closes it. */
import type { Command, Observation } from '../observation.ts';
import type { Run } from '../run.ts';
import { enterPhase } from '../transitions.ts';
import type { Step } from './step.ts';

export function cleanUp(run: Run, observation: Observation, nowMs: number): Step {
  const left = observation.tasks.filter((task) => task.process !== 'absent');
  const running = left.filter((task) => task.process === 'running');
  const final = (closed: Run) => enterPhase(closed, closed.outcome ?? 'failed', nowMs);
  if (left.length === 0) return { run: final(run), commands: [] };
  const commands: Command[] =
    running.length > 0
      ? [{ kind: 'kill', tasks: running.map(({ region, task }) => ({ region, task })) }]
      : [{ kind: 'clean-up' }];
  if (nowMs - run.phaseSinceMs < run.timeouts.cleaningUpSeconds * 1000) return { run, commands };
  const tasks = `${left.length} ${left.length === 1 ? 'task' : 'tasks'}`;
  const remark = `${tasks} could not be cleaned up within ${run.timeouts.cleaningUpSeconds} s.`;
  const reason = run.reason === null ? remark : `${run.reason} ${remark}`;
  return { run: final({ ...run, reason }), commands };
}
