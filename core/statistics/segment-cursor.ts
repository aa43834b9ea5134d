/** Goes through one segment window by window, and adds what its windows hold to statistics without building objects of its own. */
import { ByteReader, damaged } from './bytes.ts';
import { readDictionaries, readHead, type SegmentHead } from './segment-header.ts';
import type { Statistics } from './statistics.ts';
import { addStatistics, type DictionaryError } from './statistics-codec.ts';

/** Standing on a window of a segment. Every method throws `run_folder_invalid` for damaged bytes. */
export class SegmentCursor {
  readonly head: SegmentHead;
  /** By label id. */
  readonly labels: readonly string[];
  /** Second of the window it stands on; Infinity behind the last one. */
  second = -1;
  /** Labels of the window it stands on. */
  blocks = 0;
  /** Label id of each block, up to `blocks`. */
  readonly labelIds: Int32Array;
  readonly #errors: readonly DictionaryError[];
  readonly #reader: ByteReader;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  /** Number of the window in which a label was last seen. */
  readonly #seen: Int32Array;
  readonly #fileEnd: number;
  #next: number;
  #windows: number;
  #window = 0;
  #taskStart = 0;
  #taskEnd = 0;

  /** Stands before the first window: call `next`. */
  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes);
    this.head = readHead(reader);
    const { labels, errors } = readDictionaries(reader);
    this.labels = labels;
    this.#errors = errors;
    this.#windows = reader.count(3);
    this.#reader = reader;
    this.#fileEnd = bytes.length;
    this.#next = reader.position;
    this.labelIds = new Int32Array(labels.length);
    this.#starts = new Int32Array(labels.length);
    this.#ends = new Int32Array(labels.length);
    this.#seen = new Int32Array(labels.length);
  }

  /** Moves to the next window; false when there is none. */
  next(): boolean {
    if (this.#window === this.#windows) {
      if (this.#next !== this.#fileEnd) throw damaged('something follows its last window');
      this.second = Number.POSITIVE_INFINITY;
      this.blocks = 0;
      return false;
    }
    this.#window++;
    const reader = this.#reader;
    reader.position = this.#next;
    reader.end = this.#fileEnd;
    const { firstSecond, seconds, tickSeconds } = this.head;
    const second = firstSecond + reader.varint() * tickSeconds;
    if (second <= this.second || second >= firstSecond + seconds) throw damaged('its seconds are out of order');
    this.second = second;
    const taskLength = reader.count(1);
    this.#taskStart = reader.position;
    this.#taskEnd = reader.position + taskLength;
    reader.position = this.#taskEnd;
    this.#indexBlocks(reader);
    this.#next = reader.position;
    return true;
  }

  /** Adds what the tasks know of the window. `concurrent` as in `addStatistics`. */
  addTask(target: Statistics, concurrent: boolean): void {
    this.#add(this.#taskStart, this.#taskEnd, target, concurrent);
  }

  /** Adds one of the window's labels: block `block`, from 0 to `blocks` - 1. */
  addBlock(block: number, target: Statistics, concurrent: boolean): void {
    this.#add(this.#starts[block]!, this.#ends[block]!, target, concurrent);
  }

  #add(start: number, end: number, target: Statistics, concurrent: boolean): void {
    const reader = this.#reader;
    reader.position = start;
    reader.end = end;
    addStatistics(reader, target, this.second * 1e6, this.#errors, concurrent);
    if (reader.position !== end) throw damaged('a label is longer than it says');
  }

  #indexBlocks(reader: ByteReader): void {
    let blocks = 0;
    for (let id = reader.varint() - 1; id >= 0; id = reader.varint() - 1) {
      if (id >= this.labels.length) throw damaged('it names a label that is not in its dictionary');
      if (this.#seen[id] === this.#window) throw damaged('a second has a label twice');
      this.#seen[id] = this.#window;
      const length = reader.count(1);
      this.labelIds[blocks] = id;
      this.#starts[blocks] = reader.position;
      reader.position += length;
      this.#ends[blocks] = reader.position;
      blocks++;
    }
    this.blocks = blocks;
  }
}
