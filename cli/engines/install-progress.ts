/** How an installation goes on, for people: a line for each step and, on a terminal, what the tools print meanwhile on a line of its own. */
import type { Progress } from '../../engines/install/recipe.ts';
import type { Output } from '../terminal/streams.ts';
import { printable, shorten } from '../terminal/text.ts';

const REDRAW_MS = 100;
const ERASE_LINE = '\r\u001b[K';

export interface InstallProgress extends Progress {
  /** Leaves the terminal as it should be. */
  end(): void;
}

/** `title`: of what is installed. */
export function installProgress(title: string, { write, isTty, columns, style }: Output): InstallProgress {
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  const erase = () => {
    if (isTty) write(ERASE_LINE);
  };
  return {
    step(step) {
      erase();
      write(`${title}: ${step}\n`);
    },
    line(text) {
      const nowMs = performance.now();
      if (!isTty || nowMs - drawnAtMs < REDRAW_MS) return;
      drawnAtMs = nowMs;
      write(
        `${ERASE_LINE}${style.dim(shorten(printable(`  ${text.trim()}`), (columns() ?? 1) - 1, style.glyphs.ellipsis))}`,
      );
    },
    end: erase,
  };
}
