/** What `control.json` becomes when the control plane gives an order. */
import type { Control } from '../run-folder/run-folder.ts';
import type { Command } from './observation.ts';

/** A command that is given to the tasks through `control.json`. */
export type ControlOrder = Extract<Command, { kind: 'control' | 'go' }>;

const order = ['wait', 'go', 'stop'] as const;

/**
 * The next revision: with the order applied as far as it leads forward. The state never goes back, and a start instant that is there
 * stays; a file that is stopped before its start never gets one.
 */
export function advanceControl(before: Control | null, given: ControlOrder, nowMs: number): Control {
  const ordered = given.kind === 'go' ? 'go' : given.state;
  const state = before !== null && order.indexOf(before.state) > order.indexOf(ordered) ? before.state : ordered;
  const goAtMs = given.kind === 'go' ? nowMs + given.leadMs : given.goAtMs;
  const stopReason = given.kind === 'go' ? null : given.stopReason;
  const alreadyStopped = before?.state === 'stop';
  return {
    revision: (before?.revision ?? 0) + 1,
    state,
    goAtMs: before?.goAtMs ?? (alreadyStopped ? null : goAtMs),
    stopReason: alreadyStopped ? before.stopReason : stopReason,
  };
}
