/** Windows as lines on the task's standard output, while the load runs: one per live interval. */
import type { TaskId } from '../../core/plan/plan.ts';
import { encodeWindowLine, type LiveLabel } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import type { Window } from '../../core/statistics/window.ts';

export interface LiveLinesOptions {
  id: TaskId;
  /** Said in each line, where the log is shared with tasks of other runs. */
  run: string | null;
  intervalSeconds: number;
  printLine(line: string): void;
}

export class LiveLines {
  readonly #options: LiveLinesOptions;
  /** Used again for every interval; of the labels only what a line says of them. */
  readonly #total = new Statistics();
  readonly #labels = new Map<string, LiveLabel>();
  #firstSecond = 0;
  #seconds = 0;

  constructor(options: LiveLinesOptions) {
    this.#options = options;
  }

  /** Takes windows of consecutive seconds; prints a line when an interval is full. */
  addWindow(window: Window): void {
    if (this.#seconds === 0) this.#firstSecond = window.second;
    const users = Math.max(this.#total.concurrencyMax, window.task.concurrencyMax);
    for (const [label, statistics] of window.labels) {
      this.#total.addLater(statistics);
      this.#countLabel(label, statistics);
    }
    this.#total.addLater(window.task);
    this.#total.concurrencyMax = users;
    this.#seconds++;
    if ((window.second + 1) % this.#options.intervalSeconds === 0) this.flush();
  }

  /** Prints what the last interval holds so far, if anything. */
  flush(): void {
    if (this.#seconds === 0) return;
    const { id, run, intervalSeconds, printLine } = this.#options;
    printLine(
      encodeWindowLine({
        id,
        run,
        seq: Math.floor(this.#firstSecond / intervalSeconds),
        second: this.#firstSecond,
        seconds: this.#seconds,
        total: this.#total,
        labels: this.#labels.values(),
      }),
    );
    this.#total.clear();
    this.#labels.clear();
    this.#seconds = 0;
  }

  #countLabel(label: string, { failures, requests, responseTime, serviceTime }: Statistics): void {
    const counted = this.#labels.get(label);
    const { sumUs } = responseTime ?? serviceTime;
    if (counted === undefined) {
      this.#labels.set(label, { label, requests, failures, sumUs });
    } else {
      counted.requests += requests;
      counted.failures += failures;
      counted.sumUs += sumUs;
    }
  }
}
