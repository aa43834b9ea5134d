/** Chooses how progress is shown. */
import type { Output } from '../terminal/streams.ts';
import type { Display } from './display.ts';
import { LiveDisplay } from './live-display.ts';
import { PlainDisplay } from './plain-display.ts';

/** Redrawn in place on a terminal, plain lines otherwise; nothing but notes when quiet. */
export function createDisplay(output: Output, options: { quiet: boolean }): Display {
  if (options.quiet) return { update: () => {}, note: (text) => output.write(`${text}\n`), stop: () => {} };
  return output.isTty ? new LiveDisplay(output) : new PlainDisplay(output);
}
