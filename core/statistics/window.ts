/**
 * One second of a task's samples: statistics per label, and what belongs to the task as a whole. A sample belongs to the second in
 * which it ended. A window is named by its task and its second (`seq`), so that taking it twice can be noticed.
 */
import { Statistics } from './statistics.ts';

export interface Window {
  /** Whole seconds from go. */
  second: number;
  labels: ReadonlyMap<string, Statistics>;
  /**
   * What no label owns: `concurrencyMax` counts users here, `droppedStarts` starts that never got a request, and `plannedStarts` those same dropped ones.
   * Its distributions, codes and errors stay empty.
   */
  task: Statistics;
}

/** Total of a window: all labels together with what the task knows. `target` is cleared first. */
export function totalOfWindow(window: Window, target: Statistics = new Statistics()): Statistics {
  target.clear();
  for (const statistics of window.labels.values()) target.addLater(statistics);
  target.concurrencyMax = 0;
  target.addLater(window.task);
  return target;
}
