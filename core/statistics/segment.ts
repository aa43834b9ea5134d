/**
 * Segments: some seconds of windows as one immutable file. A task writes its own; the control plane merges those of a region's tasks into
 * one of the same format (`merge-segments.ts`), and rolls seconds up to ticks (`series.ts`). Whoever stores one compresses it.
 *
 *     part            content                                                                  encoding (`bytes.ts`)
 *     magic           "LSEG"                                                                   4 bytes
 *     version         2                                                                        1 byte
 *     region          name; empty when several regions are merged                              text
 *     tasks           number, then for each, ascending: task - the one before it - 1,          varints
 *                     and the requests of its own that are in here
 *     index           k of `series/<region>/<task>/<k>.seg`                                    varint
 *     firstSecond     first second covered, from go                                            varint
 *     seconds         number of seconds covered                                                varint
 *     tickSeconds     seconds that a window spans: 1 but for rolled-up series                  varint
 *     labels          number, then each, in order of first use                                 varint, texts
 *     errors          number, then for each, in order of first use: type, message,             varint, texts
 *                     a byte 1 and an example, or a byte 0
 *     windows         number                                                                   varint
 *     each window     (second - firstSecond) / tickSeconds, ascending                          varint
 *                     what the tasks know: length, statistics                                  varint, `statistics-codec.ts`
 *                     each label: id + 1, length, statistics                                   varints, `statistics-codec.ts`
 *                     0                                                                        1 byte
 *
 * The same content gives the same bytes, whatever the order of the maps it came in: labels are written in order of their code units,
 * codes and errors in ascending order; what is empty is left out. The lengths let a reader go through many segments label by label.
 */
import { LoadstarError } from '../errors.ts';
import { limits, OTHER_LABEL } from '../limits.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { ErrorDictionary } from './error-dictionary.ts';
import { checkHeader, readHead, type SegmentHead, type SegmentHeader, writeHead } from './segment-header.ts';
import { type ErrorCount, Statistics } from './statistics.ts';
import { isEmpty, writeStatistics } from './statistics-codec.ts';
import type { Window } from './window.ts';
import { WindowReader } from './window-reader.ts';

export type { SegmentHead, SegmentHeader } from './segment-header.ts';

/** Writes a segment window by window. Keeps nothing of a window: its memory may be used again when a call has returned. */
export class SegmentWriter {
  readonly #head: SegmentHead;
  readonly #countsRequests: boolean;
  readonly #body = new ByteWriter();
  readonly #labelIds = new Map<string, number>();
  readonly #errors = new ErrorDictionary();
  /** The label being written, for `#errorId`; empty for what the tasks know. */
  #label = '';
  #windows = 0;
  #lastSecond = -1;
  #requests = 0;

  constructor(header: SegmentHeader) {
    this.#countsRequests = header.taskRequests === undefined && header.tasks.length === 1;
    const taskRequests = header.taskRequests ?? (this.#countsRequests ? [0] : []);
    this.#head = { ...header, taskRequests, tickSeconds: header.tickSeconds ?? 1 };
    checkHeader(this.#head);
  }

  /** Adds the next window. Throws `internal` when it is not later than the one before, or outside the segment. */
  addWindow(window: Window): void {
    this.beginWindow(window.second, window.task);
    for (const [label, statistics] of this.#labelsToWrite(window.labels)) this.addLabel(label, statistics);
    this.endWindow();
  }

  /** Begins a window that is added label by label. */
  beginWindow(second: number, task: Statistics): void {
    const { firstSecond, seconds, tickSeconds } = this.#head;
    const fits = second > this.#lastSecond && second >= firstSecond && second < firstSecond + seconds;
    if (!fits || (second - firstSecond) % tickSeconds !== 0) {
      throw new LoadstarError('internal', `Second ${second} does not belong into the segment at this point.`);
    }
    this.#lastSecond = second;
    this.#windows++;
    this.#body.varint((second - firstSecond) / tickSeconds);
    this.#label = '';
    this.#writeBlock(task);
  }

  /** Adds a label to the window: not empty, each label once, in order of their code units, no more than the limit. */
  addLabel(label: string, statistics: Statistics): void {
    let id = this.#labelIds.get(label);
    if (id === undefined) {
      id = this.#labelIds.size;
      this.#labelIds.set(label, id);
    }
    this.#requests += statistics.requests;
    this.#body.varint(id + 1);
    this.#label = label;
    this.#writeBlock(statistics);
  }

  endWindow(): void {
    this.#body.byte(0);
  }

  /** The segment's bytes, uncompressed. */
  finish(): Uint8Array {
    const head = this.#countsRequests ? { ...this.#head, taskRequests: [this.#requests] } : this.#head;
    const file = new ByteWriter();
    const dictionaries = { labels: [...this.#labelIds.keys()], errors: this.#errors.errors };
    writeHead(file, head, dictionaries, this.#windows);
    file.raw(this.#body.bytes.subarray(0, this.#body.position));
    return file.finish();
  }

  readonly #errorId = (error: ErrorCount): number => this.#errors.idOf(this.#label, error);

  #writeBlock(statistics: Statistics): void {
    const start = this.#body.position;
    writeStatistics(this.#body, statistics, this.#lastSecond * 1e6, this.#errorId);
    this.#body.prefixLength(start);
  }

  /** The labels that have something to store, in order; those above the limit as one. */
  #labelsToWrite(labels: ReadonlyMap<string, Statistics>): [string, Statistics][] {
    const written: [string, Statistics][] = [];
    let room = limits.labelsMax - this.#labelIds.size + (this.#labelIds.has(OTHER_LABEL) ? 1 : 0);
    let others: Statistics | null = null;
    for (const label of [...labels.keys()].sort()) {
      const statistics = labels.get(label)!;
      if (isEmpty(statistics)) continue;
      const known = label === OTHER_LABEL || this.#labelIds.has(label);
      if (known || room > 0) {
        written.push([label, statistics]);
        if (!known) room--;
      } else {
        others ??= new Statistics();
        others.addConcurrent(statistics);
      }
    }
    return others === null ? written : withOthers(written, others);
  }
}

function withOthers(labels: [string, Statistics][], others: Statistics): [string, Statistics][] {
  const named = labels.find(([label]) => label === OTHER_LABEL);
  if (named !== undefined) others.addConcurrent(named[1]);
  const rest = labels.filter(([label]) => label !== OTHER_LABEL);
  return [...rest, [OTHER_LABEL, others] as [string, Statistics]].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What a segment covers, without reading its windows. Throws `run_folder_invalid`. */
export function readSegmentHeader(bytes: Uint8Array): SegmentHead {
  return readHead(new ByteReader(bytes));
}

/**
 * Reads a segment window by window. A window is only valid during the call: its memory is used again for the next one. Throws
 * `run_folder_invalid` for damaged bytes, possibly after some windows.
 */
export function readSegment(bytes: Uint8Array, onWindow: (window: Window) => void): SegmentHead {
  return new WindowReader().read([bytes], onWindow)[0]!;
}
