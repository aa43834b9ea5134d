/** A task's totals over its whole run: per label, and what belongs to the task itself. */
import { limits, OTHER_LABEL } from '../../core/limits.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { totalOfWindow, type Window } from '../../core/statistics/window.ts';

export class RunTotals {
  readonly labels = new Map<string, Statistics>();
  readonly #task = new Statistics();

  /** Adds windows of consecutive seconds, each once. */
  addWindow(window: Window): void {
    for (const [label, statistics] of window.labels) this.#totalOf(label).addLater(statistics);
    this.#task.addLater(window.task);
  }

  /** All labels together, with what the task knows (users, dropped starts). */
  total(): Statistics {
    return totalOfWindow({ second: 0, labels: this.labels, task: this.#task });
  }

  #totalOf(label: string): Statistics {
    const known = this.labels.get(label);
    if (known !== undefined) return known;
    // One place is kept for the label that takes all others.
    if (label !== OTHER_LABEL && this.labels.size - (this.labels.has(OTHER_LABEL) ? 1 : 0) >= limits.labelsMax) {
      return this.#totalOf(OTHER_LABEL);
    }
    const total = new Statistics();
    this.labels.set(label, total);
    return total;
  }
}
