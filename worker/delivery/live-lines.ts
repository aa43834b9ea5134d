/** Windows as lines on the task's standard output, while the load runs: one per live interval. */
import type { TaskId } from '../../core/plan/plan.ts';
import { encodeWindowLine } from '../../core/run-folder/window-line.ts';
import type { Window } from '../../core/statistics/window.ts';
import { RunTotals } from './run-totals.ts';

export interface LiveLinesOptions {
  id: TaskId;
  intervalSeconds: number;
  printLine(line: string): void;
}

export class LiveLines {
  readonly #options: LiveLinesOptions;
  readonly #interval = new RunTotals();
  #firstSecond = 0;
  #seconds = 0;

  constructor(options: LiveLinesOptions) {
    this.#options = options;
  }

  /** Takes windows of consecutive seconds; prints a line when an interval is full. */
  addWindow(window: Window): void {
    if (this.#seconds === 0) this.#firstSecond = window.second;
    this.#interval.addWindow(window);
    this.#seconds++;
    if ((window.second + 1) % this.#options.intervalSeconds === 0) this.flush();
  }

  /** Prints what the last interval holds so far, if anything. */
  flush(): void {
    if (this.#seconds === 0) return;
    const { id, intervalSeconds, printLine } = this.#options;
    printLine(
      encodeWindowLine({
        id,
        seq: Math.floor(this.#firstSecond / intervalSeconds),
        second: this.#firstSecond,
        seconds: this.#seconds,
        total: this.#interval.total(),
        labels: this.#interval.labels,
      }),
    );
    this.#interval.clear();
    this.#seconds = 0;
  }
}
