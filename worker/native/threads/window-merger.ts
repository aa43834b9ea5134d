/**
 * Puts the windows of several threads together: those of the same second become one, as soon as every thread that still runs has given its own.
 * What it holds is one small segment a thread and second, and few seconds of them, since all threads end their seconds together.
 */

import type { Window } from '../../../core/statistics/window.ts';
import { WindowReader } from '../../../core/statistics/window-reader.ts';
import { ErrorLimits } from './error-limits.ts';

export class WindowMerger {
  readonly #onWindow: (window: Window) => void;
  /** By thread: segments of its next seconds, each of one second. */
  readonly #waiting: Uint8Array[][];
  readonly #hasEnded: boolean[];
  readonly #reader = new WindowReader();
  readonly #errors = new ErrorLimits();

  /** `onWindow` gets every second in order; a window is only valid during the call. */
  constructor(threads: number, onWindow: (window: Window) => void) {
    this.#onWindow = onWindow;
    this.#waiting = Array.from({ length: threads }, () => []);
    this.#hasEnded = this.#waiting.map(() => false);
  }

  /** Takes the next second of a thread. Throws `run_folder_invalid` for bytes that are no segment. */
  add(thread: number, segment: Uint8Array): void {
    this.#waiting[thread]?.push(segment);
    this.#handOver();
  }

  /** The thread has no more seconds. */
  ended(thread: number): void {
    this.#hasEnded[thread] = true;
    this.#handOver();
  }

  #handOver(): void {
    for (;;) {
      const segments: Uint8Array[] = [];
      for (const [thread, waiting] of this.#waiting.entries()) {
        const segment = waiting[0];
        if (segment !== undefined) segments.push(segment);
        else if (!this.#hasEnded[thread]) return;
      }
      if (segments.length === 0) return;
      for (const waiting of this.#waiting) waiting.shift();
      this.#reader.read(segments, (window) => {
        for (const [label, statistics] of window.labels) this.#errors.apply(label, statistics);
        this.#onWindow(window);
      });
    }
  }
}
