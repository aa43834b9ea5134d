/** Parsing results: every result that landed becomes a row, then all together become the report. */
import { accountForTasks } from '../account-for-tasks.ts';
import type { Command, Observation } from '../observation.ts';
import { REPORT_ATTEMPTS_MAX } from '../policy.ts';
import type { Run } from '../run.ts';
import { abandonRun, decideOutcome, enterPhase } from '../transitions.ts';
import { killLost, parseLanded } from './collecting.ts';
import type { Step } from './step.ts';

export function parseResults(before: Run, observation: Observation, nowMs: number): Step {
  if (observation.report !== null) {
    // The first report that was stored is the run's, even if more could be known by now.
    const { lostTasks, status, summary, verdict } = observation.report;
    const ended = { ...before, outcome: status, verdict, lostTasks, summary };
    return { run: enterPhase(ended, 'cleaning up', nowMs), commands: [] };
  }
  if (before.reportAttempts >= REPORT_ATTEMPTS_MAX) {
    const reason = `The report could not be made in ${REPORT_ATTEMPTS_MAX} tries; what was measured is in the run folder.`;
    return { run: abandonRun(before, reason, nowMs), commands: [] };
  }
  const run = decideOutcome(accountForTasks(before, observation, nowMs));
  const commands: Command[] = [...endLoad(observation), ...killLost(run, observation)];
  const landed = parseLanded(observation);
  if (landed.length > 0) return { run, commands: [...commands, ...landed] };
  const consolidate: Command = { kind: 'consolidate', status: run.outcome ?? 'failed' };
  return { run: { ...run, reportAttempts: run.reportAttempts + 1 }, commands: [...commands, consolidate] };
}

/** Whatever still runs out of sight is told that the run is over. */
function endLoad({ control }: Observation): Command[] {
  if (control === null || control.state === 'stop') return [];
  return [{ kind: 'control', state: 'stop', goAtMs: control.goAtMs, stopReason: null }];
}
