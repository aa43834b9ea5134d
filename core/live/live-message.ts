/**
 * A live message: what tasks of one region told of one second (or interval, where tasks tell of several seconds at once), as bytes. It is a segment of
 * one window (`core/statistics/segment.ts`), whose part for the tasks holds the total of everything: a label may be missing, the total
 * may not. The topic says which run it is of.
 *
 * A message names the tasks that are in it. So taking one twice can be noticed, and one that several tasks made together takes the place of those
 * that it includes (`live-parts.ts`).
 */
import { LoadstarError } from '../errors.ts';
import { readSegment, SegmentWriter } from '../statistics/segment.ts';
import { Statistics } from '../statistics/statistics.ts';

export interface LiveMessage {
  region: string;
  /** Number of the interval, from 0: the second from go divided by the interval. */
  index: number;
  /** First second, from go. */
  second: number;
  /** Seconds that it covers. */
  seconds: number;
  /** Numbers of the tasks in it, ascending. */
  tasks: number[];
  /** Of each of `tasks`. */
  taskRequests: number[];
  /** All labels, and what belongs to the tasks; `concurrencyMax` counts users. */
  total: Statistics;
  /** As far as they are known; may be less than the total. */
  labels: ReadonlyMap<string, Statistics>;
}

/** Nobody sends a larger one: whoever meets one refuses it. */
export const LIVE_MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/** The same message always gives the same bytes. Throws `internal` for tasks that are not ascending. */
export function encodeLiveMessage(message: LiveMessage): Uint8Array {
  const { region, index, second, seconds, tasks, taskRequests, total, labels } = message;
  const writer = new SegmentWriter({
    region,
    tasks,
    taskRequests,
    index,
    firstSecond: second,
    seconds,
    tickSeconds: seconds,
  });
  writer.addWindow({ second, labels, task: total });
  return writer.finish();
}

/** Throws `run_folder_invalid` for damaged bytes. */
export function decodeLiveMessage(bytes: Uint8Array): LiveMessage {
  if (bytes.length > LIVE_MESSAGE_BYTES_MAX)
    throw new LoadstarError('run_folder_invalid', 'A live message is too long.');
  const total = new Statistics();
  const labels = new Map<string, Statistics>();
  let windows = 0;
  // A window is only valid during the call.
  const head = readSegment(bytes, (window) => {
    windows++;
    total.addConcurrent(window.task);
    for (const [label, statistics] of window.labels) {
      const copy = new Statistics();
      copy.addConcurrent(statistics);
      labels.set(label, copy);
    }
  });
  if (windows !== 1) throw new LoadstarError('run_folder_invalid', 'A live message must have one window.');
  const { region, index, firstSecond: second, seconds, tasks, taskRequests } = head;
  return { region, index, second, seconds, tasks, taskRequests, total, labels };
}

/** `runs/{runId}/live/{region}`. */
export function liveTopic(runId: string, region: string): string {
  return `runs/${runId}/live/${region}`;
}

/** The run and the region of a topic or of what is subscribed to (region `+`: all of them); null when it is another one. */
export function readLiveTopic(topic: string): { runId: string; region: string } | null {
  const [, runId, region] = /^runs\/([^/+#]{1,200})\/live\/([^/+#]{1,200}|\+)$/.exec(topic) ?? [];
  return runId === undefined || region === undefined ? null : { runId, region };
}
