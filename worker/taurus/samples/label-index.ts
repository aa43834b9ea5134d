/** Numbers labels as they stand in a file, without making a string of each. */
import { limits, OTHER_LABEL } from '../../../core/limits.ts';
import type { CsvRow } from './csv-row.ts';

/** For samples without a name of their own. */
const NO_LABEL = '(no label)';
const SLOTS = 4_096;

interface Entry {
  bytes: Buffer;
  label: number;
  next: Entry | null;
}

export class LabelIndex {
  readonly #slots: (Entry | null)[] = new Array(SLOTS).fill(null);
  readonly #numberOf: (label: string) => number;
  #entries = 0;

  /** `numberOf`: a number for a label, the same for the same one. */
  constructor(numberOf: (label: string) => number) {
    this.#numberOf = numberOf;
  }

  /** Number of the label in a field of the row. */
  find(bytes: Buffer, row: CsvRow, column: number): number {
    const start = row.start(column);
    const end = row.end(column);
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (let entry = this.#slots[slot] ?? null; entry !== null; entry = entry.next) {
      if (isSame(entry.bytes, bytes, start, end)) return entry.label;
    }
    return this.#add(slot, Buffer.from(bytes.subarray(start, end)), row.text(column));
  }

  #add(slot: number, bytes: Buffer, text: string): number {
    // Labels that come later are not kept apart anyway.
    if (this.#entries >= limits.labelsMax) return this.#numberOf(OTHER_LABEL);
    this.#entries++;
    const label = this.#numberOf(text === '' ? NO_LABEL : text.slice(0, limits.labelLengthMax));
    this.#slots[slot] = { bytes, label, next: this.#slots[slot] ?? null };
    return label;
  }
}

function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
