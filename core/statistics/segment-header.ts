/** The head of a segment: what it covers, and the dictionaries that its windows refer to. Layout: `segment.ts`. */
import { LoadstarError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';
import { type DictionaryError, dictionaryError } from './statistics-codec.ts';

const MAGIC = [0x4c, 0x53, 0x45, 0x47];
/** Version 1 had of the phases of a request only `connect`, which counted resolving, TCP and TLS together. */
const VERSION = 2;
const OLDEST_VERSION = 1;

/** What a segment covers. */
export interface SegmentHeader {
  /** Empty when several regions are merged in it. */
  region: string;
  /** Numbers of the tasks whose samples are in it, ascending. */
  tasks: number[];
  /** Requests of each of `tasks` in here. A writer for one task counts them itself. */
  taskRequests?: number[];
  /** Its place in the row of segments, from 0. */
  index: number;
  /** First second covered, from go. */
  firstSecond: number;
  /** Number of seconds covered. */
  seconds: number;
  /** Seconds that a window spans; 1 when not given. */
  tickSeconds?: number;
}

/** A header as it is read: nothing left out. */
export type SegmentHead = Required<SegmentHeader>;

/** Labels and errors by id. */
export interface Dictionaries {
  labels: string[];
  errors: DictionaryError[];
}

/** Throws `internal` for a header that does not add up: a defect of the caller. */
export function checkHeader(header: SegmentHead): void {
  const { tasks, taskRequests, seconds, tickSeconds } = header;
  for (let i = 0; i < tasks.length; i++) {
    if (i > 0 && tasks[i]! <= tasks[i - 1]!)
      throw new LoadstarError('internal', "A segment's tasks must be ascending.");
  }
  if (taskRequests.length !== tasks.length) {
    throw new LoadstarError('internal', 'A segment of several tasks needs the requests of each.');
  }
  if (tickSeconds < 1 || seconds < 1) throw new LoadstarError('internal', 'A segment must cover a second at least.');
}

export function writeHead(writer: ByteWriter, head: SegmentHead, dictionaries: Dictionaries, windows: number): void {
  for (const byte of MAGIC) writer.byte(byte);
  writer.byte(VERSION);
  writer.text(head.region);
  writer.varint(head.tasks.length);
  let before = -1;
  for (const [i, task] of head.tasks.entries()) {
    writer.varint(task - before - 1);
    writer.varint(head.taskRequests[i]!);
    before = task;
  }
  writer.varint(head.index);
  writer.varint(head.firstSecond);
  writer.varint(head.seconds);
  writer.varint(head.tickSeconds);
  writer.varint(dictionaries.labels.length);
  for (const label of dictionaries.labels) writer.text(label);
  writer.varint(dictionaries.errors.length);
  for (const { type, message, example } of dictionaries.errors) {
    writer.text(type);
    writer.text(message);
    writer.byte(example === null ? 0 : 1);
    if (example !== null) writer.text(example);
  }
  writer.varint(windows);
}

/** Reads what a segment covers, and stops before the dictionaries. Throws `run_folder_invalid`. */
export function readHead(reader: ByteReader): SegmentHead {
  for (const byte of MAGIC) {
    if (reader.byte() !== byte) throw new LoadstarError('run_folder_invalid', 'The file is not a segment.');
  }
  const version = reader.byte();
  if (version < OLDEST_VERSION || version > VERSION) {
    throw new LoadstarError(
      'run_folder_invalid',
      `The segment has format version ${version}, and this program reads versions ${OLDEST_VERSION} to ${VERSION}.`,
    );
  }
  const region = reader.text();
  const tasks: number[] = [];
  const taskRequests: number[] = [];
  const tasksLength = reader.count(2);
  if (tasksLength > limits.tasksMax) throw damaged('it has too many tasks');
  let before = -1;
  for (let i = 0; i < tasksLength; i++) {
    before += 1 + reader.varint();
    tasks.push(before);
    taskRequests.push(reader.varint());
  }
  const index = reader.varint();
  const firstSecond = reader.varint();
  const seconds = reader.varint();
  const tickSeconds = reader.varint();
  const possible =
    seconds >= 1 && tickSeconds >= 1 && tickSeconds <= seconds && firstSecond + seconds <= 2 * limits.runSecondsMax;
  if (!possible) throw damaged('it covers an impossible time');
  return { region, tasks, taskRequests, index, firstSecond, seconds, tickSeconds };
}

/** Reads the dictionaries, which follow the head. Throws `run_folder_invalid`. */
export function readDictionaries(reader: ByteReader): Dictionaries {
  const labels: string[] = [];
  const labelsLength = reader.count(1);
  if (labelsLength > limits.labelsMax + 1) throw damaged('it has too many labels');
  for (let i = 0; i < labelsLength; i++) labels.push(reader.text());
  if (new Set(labels).size !== labelsLength) throw damaged('it has a label twice');
  const errors: DictionaryError[] = [];
  const errorsLength = reader.count(3);
  if (errorsLength > limits.segmentErrorsMax + limits.labelsMax + 2) throw damaged('it has too many errors');
  for (let i = 0; i < errorsLength; i++) {
    const type = reader.text();
    const message = reader.text();
    errors.push(dictionaryError(type, message, reader.byte() === 0 ? null : reader.text()));
  }
  return { labels, errors };
}
