/** Draws the progress frame in place, at most ten times a second, and puts notes above it. */
import type { Output } from '../terminal/streams.ts';
import { displayWidth, wrap } from '../terminal/text.ts';
import type { Display } from './display.ts';
import { progressFrame } from './frame.ts';
import type { RunProgress } from './progress.ts';

const REDRAW_MS = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

export class LiveDisplay implements Display {
  readonly #output: Output;
  readonly #timer: NodeJS.Timeout;
  /** Whatever ends the process, the cursor comes back. */
  readonly #showCursor = () => this.#output.write(SHOW_CURSOR);
  #progress: RunProgress | null = null;
  #drawn: string[] = [];
  #stopped = false;

  constructor(output: Output) {
    this.#output = output;
    this.#timer = setInterval(() => this.#redraw(), REDRAW_MS);
    process.once('exit', this.#showCursor);
    output.write(HIDE_CURSOR);
  }

  update(progress: RunProgress): void {
    this.#progress = progress;
  }

  note(text: string): void {
    const lines = wrap(text, this.#columns() - 1).join('\n');
    this.#output.write(`${this.#toTop()}${CLEAR_BELOW}${lines}\n`);
    this.#drawn = [];
    this.#redraw();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    process.off('exit', this.#showCursor);
    this.#output.write(`${this.#toTop()}${CLEAR_BELOW}${SHOW_CURSOR}`);
    this.#drawn = [];
  }

  #redraw(): void {
    if (this.#progress === null || this.#stopped) return;
    // The last column stays free: some terminals break the line as soon as it is written.
    const lines = progressFrame(this.#progress, this.#columns() - 1, this.#output.style);
    if (lines.length === this.#drawn.length && lines.every((line, i) => line === this.#drawn[i])) return;
    const text = lines.map((line) => line + CLEAR_LINE_END).join('\n');
    this.#output.write(`${this.#toTop()}${text}${CLEAR_BELOW}`);
    this.#drawn = lines;
  }

  /** Moves the cursor from the end of what was drawn to its beginning, also when the terminal has become narrower and broke the lines. */
  #toTop(): string {
    const columns = this.#columns();
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
    return rows > 1 ? `\r\u001b[${rows - 1}A` : '\r';
  }

  #columns(): number {
    return Math.max(2, this.#output.columns() ?? 2);
  }
}
