/** What shows a run's progress while it is under way. */
import type { RunProgress } from './progress.ts';

export interface Display {
  update(progress: RunProgress): void;
  /** A line for people that stays: it goes above what is redrawn. */
  note(text: string): void;
  /** Leaves the terminal as it was. May be called twice. */
  stop(): void;
}
