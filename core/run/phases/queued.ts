/** Queued: waits for the queue's consumer to take it (`takeRun`), or for somebody to cancel it. */

import type { Observation } from '../observation.ts';
import type { Run } from '../run.ts';
import { orderStop } from '../transitions.ts';
import { collect } from './collecting.ts';
import type { Step } from './step.ts';

export function stayQueued(run: Run, observation: Observation, nowMs: number): Step {
  if (run.stopReason !== null) return collect(run, observation, nowMs);
  if (run.cancelRequestedAtMs !== null) {
    return { run: orderStop(run, 'cancelled', 'Cancelled while it waited in the queue.', nowMs), commands: [] };
  }
  return { run, commands: [] };
}
