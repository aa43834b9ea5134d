/** Folds the segments of many tasks into one. Needs memory for the segments and for one label's second. */
import { LoadstarError } from '../errors.ts';
import { SegmentWriter } from './segment.ts';
import { SegmentCursor } from './segment-cursor.ts';
import type { SegmentHeader } from './segment-header.ts';
import { SideBySide } from './side-by-side.ts';
import { Statistics } from './statistics.ts';
import { isEmpty } from './statistics-codec.ts';

/**
 * Merges segments (uncompressed) of the same region and index; those that were merged before may be among them. A segment whose tasks
 * are all in another one is ignored, so that merging again what is in already changes nothing; the order does not matter: the same
 * tasks give the same bytes. Throws `run_folder_invalid` when they do not belong together or are damaged.
 */
export function mergeSegments(segments: readonly Uint8Array[]): Uint8Array {
  const cursors = withDistinctTasks(segments.map((bytes) => new SegmentCursor(bytes)));
  const writer = new SegmentWriter(mergedHeader(cursors));
  const walk = new SideBySide(cursors);
  const statistics = new Statistics();
  while (walk.nextSecond()) {
    statistics.clear();
    walk.addTasks(statistics);
    writer.beginWindow(walk.second, statistics);
    for (let rank = 0; rank < walk.labels.length; rank++) {
      statistics.clear();
      if (walk.addLabel(rank, statistics) && !isEmpty(statistics)) writer.addLabel(walk.labels[rank]!, statistics);
    }
    writer.endWindow();
  }
  return writer.finish();
}

/** The segments without those whose tasks are all in a larger one. */
function withDistinctTasks(cursors: readonly SegmentCursor[]): SegmentCursor[] {
  const taken = new Set<number>();
  const kept: SegmentCursor[] = [];
  for (const cursor of [...cursors].sort((one, other) => other.head.tasks.length - one.head.tasks.length)) {
    const { tasks } = cursor.head;
    if (tasks.length === 0) throw new LoadstarError('run_folder_invalid', 'A segment without tasks cannot be merged.');
    const known = tasks.filter((task) => taken.has(task)).length;
    if (known === tasks.length) continue;
    if (known > 0) {
      throw new LoadstarError('run_folder_invalid', 'Two segments share some of their tasks: they cannot be merged.');
    }
    for (const task of tasks) taken.add(task);
    kept.push(cursor);
  }
  return kept;
}

function mergedHeader(cursors: readonly SegmentCursor[]): SegmentHeader {
  const first = cursors[0]?.head;
  if (first === undefined) throw new LoadstarError('run_folder_invalid', 'There is no segment to merge.');
  let seconds = 0;
  const requestsOfTask: [number, number][] = [];
  for (const { head } of cursors) {
    const { region, index, firstSecond, tickSeconds } = first;
    if (
      head.region !== region ||
      head.index !== index ||
      head.firstSecond !== firstSecond ||
      head.tickSeconds !== tickSeconds
    ) {
      throw new LoadstarError(
        'run_folder_invalid',
        `Segment ${head.index} of region ${head.region} cannot be merged with segment ${index} of region ${region}.`,
      );
    }
    if (head.seconds > seconds) seconds = head.seconds;
    for (const [i, task] of head.tasks.entries()) requestsOfTask.push([task, head.taskRequests[i]!]);
  }
  requestsOfTask.sort(([one], [other]) => one - other);
  return {
    ...first,
    seconds,
    tasks: requestsOfTask.map(([task]) => task),
    taskRequests: requestsOfTask.map(([, requests]) => requests),
  };
}
