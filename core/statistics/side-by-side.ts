/**
 * Goes through several segments at once, second by second and within a second label by label, so that merging them needs memory for
 * one label only.
 */
import { limits, OTHER_LABEL } from '../limits.ts';
import type { SegmentCursor } from './segment-cursor.ts';
import type { Statistics } from './statistics.ts';

const NONE = -1;

/** Segments of the same time and of different tasks or regions. */
export class SideBySide {
  /** All labels, in order of their code units; at most `limits.labelsMax` and `OTHER_LABEL`. */
  readonly labels: readonly string[];
  /** Second it stands on. */
  second = -1;
  readonly #cursors: readonly SegmentCursor[];
  /** For each cursor, by label id: where the label is in `labels`. */
  readonly #ranks: readonly Int32Array[];
  /** For each label: the first of its blocks in this second, and for each block the next one; `NONE` ends the list. */
  readonly #firstBlock: Int32Array;
  readonly #nextBlock: Int32Array;
  readonly #cursorOfBlock: Int32Array;
  readonly #numberOfBlock: Int32Array;

  /** Takes cursors that stand before their first window. Stands before the first second: call `nextSecond`. */
  constructor(cursors: readonly SegmentCursor[]) {
    this.#cursors = cursors;
    this.labels = unionOfLabels(cursors);
    const rankOf = new Map(this.labels.map((label, rank) => [label, rank]));
    const otherRank = rankOf.get(OTHER_LABEL) ?? NONE;
    this.#ranks = cursors.map((cursor) => Int32Array.from(cursor.labels, (label) => rankOf.get(label) ?? otherRank));
    const blocksMax = cursors.reduce((sum, cursor) => sum + cursor.labels.length, 0);
    this.#firstBlock = new Int32Array(this.labels.length);
    this.#nextBlock = new Int32Array(blocksMax);
    this.#cursorOfBlock = new Int32Array(blocksMax);
    this.#numberOfBlock = new Int32Array(blocksMax);
    for (const cursor of cursors) cursor.next();
  }

  /** Moves to the next second that any segment has; false when there is none. */
  nextSecond(): boolean {
    let second = Number.POSITIVE_INFINITY;
    for (const cursor of this.#cursors) {
      if (cursor.second === this.second) cursor.next();
      if (cursor.second < second) second = cursor.second;
    }
    if (second === Number.POSITIVE_INFINITY) return false;
    this.second = second;
    this.#indexBlocks();
    return true;
  }

  /** Adds what the tasks know of this second. */
  addTasks(target: Statistics): void {
    for (const cursor of this.#cursors) {
      if (cursor.second === this.second) cursor.addTask(target, true);
    }
  }

  /** Adds a label's statistics of this second from all segments; false when none has any. `rank`: its place in `labels`. */
  addLabel(rank: number, target: Statistics): boolean {
    let block = this.#firstBlock[rank]!;
    if (block === NONE) return false;
    for (; block !== NONE; block = this.#nextBlock[block]!) {
      this.#cursors[this.#cursorOfBlock[block]!]!.addBlock(this.#numberOfBlock[block]!, target, true);
    }
    return true;
  }

  #indexBlocks(): void {
    this.#firstBlock.fill(NONE);
    let block = 0;
    for (let number = 0; number < this.#cursors.length; number++) {
      const cursor = this.#cursors[number]!;
      if (cursor.second !== this.second) continue;
      const ranks = this.#ranks[number]!;
      for (let i = 0; i < cursor.blocks; i++) {
        const rank = ranks[cursor.labelIds[i]!]!;
        this.#nextBlock[block] = this.#firstBlock[rank]!;
        this.#firstBlock[rank] = block;
        this.#cursorOfBlock[block] = number;
        this.#numberOfBlock[block] = i;
        block++;
      }
    }
  }
}

function unionOfLabels(cursors: readonly SegmentCursor[]): string[] {
  const labels = new Set<string>();
  for (const cursor of cursors) {
    for (const label of cursor.labels) labels.add(label);
  }
  return keptLabels(labels);
}

/**
 * The labels to keep apart of too many: the first `limits.labelsMax` in order of their code units, so that a label that is kept in the
 * end was kept in every merge before and nothing of it is missing. The others are counted as `OTHER_LABEL`, which is then among them.
 */
export function keptLabels(labels: Iterable<string>): string[] {
  const sorted = [...labels].sort();
  const own = sorted.filter((label) => label !== OTHER_LABEL);
  if (own.length <= limits.labelsMax) return sorted;
  return [...own.slice(0, limits.labelsMax), OTHER_LABEL].sort();
}
