/** What shows a run's progress while it is under way. */
import type { Output } from '../terminal/streams.ts';
import { LiveDisplay } from './live-display.ts';
import { PlainDisplay } from './plain-display.ts';
import type { RunProgress } from './progress.ts';

export interface Display {
  update(progress: RunProgress): void;
  /** A line for people that stays: it goes above what is redrawn. */
  note(text: string): void;
  /** Leaves the terminal as it was. May be called twice. */
  stop(): void;
}

/** Redrawn in place on a terminal, plain lines otherwise; nothing but notes when quiet. */
export function createDisplay(output: Output, options: { quiet: boolean }): Display {
  if (options.quiet) return { update: () => {}, note: (text) => output.write(`${text}\n`), stop: () => {} };
  return output.isTty ? new LiveDisplay(output) : new PlainDisplay(output);
}
