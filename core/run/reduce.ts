/**
 * The run's state machine: what becomes of a run, given what was seen. The only place that decides it, and a pure function.
 *
 *     queued -> provisioning -> running -> parsing results -> cleaning up -> complete | failed | cancelled
 *        \___________\_____________\____ cancelling ____/
 *
 * Rules: phases only ever move on. What to do follows from what is seen, not from having got there, so that events may come twice,
 * late or never and a control plane may die between any two steps. `control.json` decides when load starts and that it is over.
 */
import type { Command, Observation } from './observation.ts';
import { cleanUp } from './phases/cleaning-up.ts';
import { collect } from './phases/collecting.ts';
import { parseResults } from './phases/parsing-results.ts';
import { provision } from './phases/provisioning.ts';
import { stayQueued } from './phases/queued.ts';
import type { PhaseStep } from './phases/step.ts';
import type { Phase, Run } from './run.ts';

const steps: Partial<Record<Phase, PhaseStep>> = {
  queued: stayQueued,
  provisioning: provision,
  running: collect,
  cancelling: collect,
  'parsing results': parseResults,
  'cleaning up': cleanUp,
};

/**
 * The run as it is from now on (the same object when nothing changed; its version untouched), and what is to be done. The caller stores
 * the run first, at the version it read, and performs the commands only when that succeeded.
 */
export function reduce(run: Run, observation: Observation, nowMs: number): { run: Run; commands: Command[] } {
  let current = run;
  for (;;) {
    const step = steps[current.phase];
    if (step === undefined) return { run: current, commands: [] };
    const { run: next, commands } = step(current, observation, nowMs);
    // A tick ends where the report begins: making it may be the work of a larger machine.
    const goesOn = next.phase !== current.phase && next.phase !== 'parsing results' && commands.length === 0;
    if (!goesOn) return { run: next, commands };
    current = next;
  }
}
