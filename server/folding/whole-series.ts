/** A run's whole series at its end: everything that landed is folded, then handed on in order of time. */
import type { Plan, TaskId } from '../../core/plan/plan.ts';
import { plannedTasks } from '../../core/run/tasks.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Log } from '../ports/log.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { FoldedSegment } from './folded-segment.ts';

/** Tasks whose segments are listed at once. */
const LISTED_AT_ONCE = 16;

/** One index of the series: the folded segment of each region that has one. */
export interface SeriesPart {
  index: number;
  regions: FoldedSegment[];
  /** Tasks whose segment cannot be read. */
  damaged: TaskId[];
}

/**
 * Folds in what live folding has not, and gives each index that any task has, in order. `segmentsOf`: how many segments a task wrote; of
 * those that do not know it (null) the folder is asked. Holds one index in memory at a time, and the
 * numbers of the segments that there are. Damaged segments are left out and named.
 */
export async function* foldWholeSeries(
  folder: RunFolder,
  plan: Plan,
  log: Log,
  segmentsOf: (id: TaskId) => number | null,
): AsyncGenerator<SeriesPart> {
  const landed = await landedSegments(folder, plan, segmentsOf);
  for (const [index, tasksByRegion] of landed.entries()) {
    if (tasksByRegion === undefined) continue;
    const regions: FoldedSegment[] = [];
    const damaged: TaskId[] = [];
    for (const { name } of plan.regions) {
      const tasks = tasksByRegion.get(name);
      if (tasks === undefined) continue;
      const folded = await FoldedSegment.load(folder, log, name, index);
      const taken = await folded.takeIn(tasks.filter((task) => !folded.tasks.has(task)));
      damaged.push(...taken.damaged.map((task) => ({ region: name, task })));
      await folded.store();
      if (folded.bytes !== null) regions.push(folded);
    }
    yield { index, regions, damaged };
  }
}

/** By index, then region: the tasks that have a segment. Sparse where nothing landed. */
async function landedSegments(
  folder: RunFolder,
  plan: Plan,
  segmentsOf: (id: TaskId) => number | null,
): Promise<(Map<string, number[]> | undefined)[]> {
  const byIndex: (Map<string, number[]> | undefined)[] = [];
  const planned = plannedTasks(plan.regions);
  // A number that no run reaches is no segment of this run.
  const indexesMax = Math.ceil(plan.deadlineSeconds / plan.segmentSeconds);
  for (let start = 0; start < planned.length; start += LISTED_AT_ONCE) {
    const listing = planned.slice(start, start + LISTED_AT_ONCE).map(async (id) => {
      const segments = segmentsOf(id);
      if (segments === null) return { id, indexes: await list(folder, id) };
      return { id, indexes: Array.from({ length: Math.min(segments, indexesMax) }, (_, index) => index) };
    });
    for (const { id, indexes } of await Promise.all(listing)) {
      for (const index of indexes) {
        if (index > indexesMax) continue;
        byIndex[index] ??= new Map();
        const tasks = byIndex[index].get(id.region);
        if (tasks === undefined) byIndex[index].set(id.region, [id.task]);
        else tasks.push(id.task);
      }
    }
  }
  return byIndex;
}

async function list(folder: RunFolder, id: TaskId): Promise<number[]> {
  const files = await folder.list(runFolderPaths.segmentsOf(id));
  return files.flatMap(({ path }) => {
    const number = /\/(\d+)\.seg$/.exec(path)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}
