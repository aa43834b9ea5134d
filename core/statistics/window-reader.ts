/** Reads segments of the same time as one series of windows: those of several regions, or just one. */
import { SegmentCursor } from './segment-cursor.ts';
import type { SegmentHead } from './segment-header.ts';
import { SideBySide } from './side-by-side.ts';
import { Statistics } from './statistics.ts';
import { isEmpty } from './statistics-codec.ts';
import type { Window } from './window.ts';

/** Keeps its memory from one call to the next: a reader for a whole series is much cheaper than one for each segment. */
export class WindowReader {
  readonly #labels = new Map<string, Statistics>();
  readonly #statistics = new Map<string, Statistics>();
  readonly #task = new Statistics();

  /**
   * Gives each second that any of the segments has, in order, merged: what happened in the same second happened at once. The caller sees
   * to it that no sample is in two of them. A window is only valid during the call. Returns the segments' headers. Throws
   * `run_folder_invalid` for damaged bytes, possibly after some windows.
   */
  read(segments: readonly Uint8Array[], onWindow: (window: Window) => void): SegmentHead[] {
    const cursors = segments.map((bytes) => new SegmentCursor(bytes));
    const walk = new SideBySide(cursors);
    while (walk.nextSecond()) {
      this.#task.clear();
      walk.addTasks(this.#task);
      this.#labels.clear();
      for (let rank = 0; rank < walk.labels.length; rank++) {
        const label = walk.labels[rank]!;
        const statistics = this.#cleared(label);
        if (walk.addLabel(rank, statistics) && !isEmpty(statistics)) this.#labels.set(label, statistics);
      }
      onWindow({ second: walk.second, labels: this.#labels, task: this.#task });
    }
    return cursors.map((cursor) => cursor.head);
  }

  #cleared(label: string): Statistics {
    const known = this.#statistics.get(label);
    if (known !== undefined) {
      known.clear();
      return known;
    }
    const statistics = new Statistics();
    this.#statistics.set(label, statistics);
    return statistics;
  }
}
