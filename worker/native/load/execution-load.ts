/** The load of one execution of a shard, whatever its model. */
import type { PacedSource } from '../pacing/pacer.ts';

export interface ExecutionLoad extends PacedSource {
  /** It begins no request any more. */
  readonly isOver: boolean;
  /** It begins things at instants that are measured. */
  readonly needsPacing: boolean;
  /** `startedAtMs`: the execution's beginning, in milliseconds of `performance.now()`; may be ahead. */
  start(startedAtMs: number): void;
  /** Begins no request any more from here on. */
  end(): void;
}

/** What is due at once begins in turns of this length, so that responses are read in between. */
export const TURN_MS_MAX = 2;
