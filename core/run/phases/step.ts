/** What each phase of the run gives: the run as it is from now on, and what is to be done. */
import type { Command, Observation } from '../observation.ts';
import type { Run } from '../run.ts';

export interface Step {
  run: Run;
  commands: Command[];
}

/** One phase: a function of the run, what was seen, and the clock. A run that it moves on to another phase gets its commands from there. */
export type PhaseStep = (run: Run, observation: Observation, nowMs: number) => Step;
