/** Windows of several tasks of one region and interval, added up to what a live message says of them. */
import { encodeLiveMessage } from '../../core/live/live-message.ts';
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';

export class LiveInterval {
  readonly region: string;
  readonly index: number;
  second: number;
  seconds: number;
  /** Requests by task. */
  readonly #tasks = new Map<number, number>();
  readonly #total = new Statistics();
  readonly #labels = new Map<string, Statistics>();

  /** Of the interval that the window is of; the window itself has yet to be added. */
  constructor({ region, second, seconds, seq }: LiveWindow) {
    this.region = region;
    this.index = seq;
    this.second = second;
    this.seconds = seconds;
  }

  /** How many tasks have told. */
  get tasks(): number {
    return this.#tasks.size;
  }

  /** False when its task is in already. */
  add({ labels, second, seconds, task, total }: LiveWindow): boolean {
    if (this.#tasks.has(task)) return false;
    const end = Math.max(this.second + this.seconds, second + seconds);
    this.second = Math.min(this.second, second);
    this.seconds = end - this.second;
    this.#tasks.set(task, total.requests);
    this.#total.addConcurrent(total);
    for (const { label, requests, failures } of labels) {
      const statistics = this.#labels.get(label) ?? new Statistics();
      this.#labels.set(label, statistics);
      statistics.requests += requests;
      statistics.plannedStarts += requests;
      statistics.failures += failures;
    }
    return true;
  }

  /** Its message, as bytes. Without labels it is shorter, and says no less of the total. */
  payload({ hasLabels = true } = {}): Uint8Array {
    const tasks = [...this.#tasks].sort(([one], [other]) => one - other);
    const { index, region, second, seconds } = this;
    return encodeLiveMessage({
      region,
      index,
      second,
      seconds,
      tasks: tasks.map(([task]) => task),
      taskRequests: tasks.map(([, requests]) => requests),
      total: this.#total,
      labels: hasLabels ? this.#labels : new Map(),
    });
  }
}
