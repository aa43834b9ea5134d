/** A run's whole series at its end: everything that landed is folded, then handed on in order of time. */
import type { Plan, TaskId } from '../../core/plan/plan.ts';
import { plannedTasks } from '../../core/run/tasks.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Log } from '../ports/log.ts';
import { inParallel } from '../run-folder/in-parallel.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { FoldedSegment } from './folded-segment.ts';
import { readPartsAhead } from './read-parts-ahead.ts';

/** Tasks whose segments are listed at once. */
const LISTED_AT_ONCE = 16;
/** Indexes that are read while the one before is worked on. */
const READ_AHEAD = 8;

/** One index of the series: the folded segment of each region that has one. */
export interface SeriesPart {
  index: number;
  regions: FoldedSegment[];
  /** Tasks whose segment cannot be read. */
  damaged: TaskId[];
}

/**
 * Folds in what live folding has not, and gives each index that any task has, in order. `segmentsOf`: how many segments a task wrote; of
 * those that do not know it (null) the folder is asked. Holds a few indexes in memory at a time. Damaged segments are left out and named.
 */
export async function* foldWholeSeries(
  folder: RunFolder,
  plan: Plan,
  log: Log,
  segmentsOf: (id: TaskId) => number | null,
): AsyncGenerator<SeriesPart> {
  const landed = await landedSegments(folder, plan, segmentsOf);
  const fold = (index: number) => foldIndex(folder, log, landed.tasks, index);
  for await (const part of readPartsAhead({ from: 0, to: landed.endIndex, ahead: READ_AHEAD }, fold)) {
    if (part !== null) yield part;
  }
}

/** Null when no task has that index. */
async function foldIndex(
  folder: RunFolder,
  log: Log,
  landed: LandedSegments['tasks'],
  index: number,
): Promise<SeriesPart | null> {
  const folds = [...landed].map(async ([region, ofRegion]) => {
    const tasks = ofRegion.filter(({ has }) => has(index)).map(({ task }) => task);
    if (tasks.length === 0) return null;
    const folded = await FoldedSegment.load(folder, log, region, index);
    const taken = await folded.takeIn(tasks.filter((task) => !folded.tasks.has(task)));
    await folded.store();
    return { folded, damaged: taken.damaged.map((task) => ({ region, task })) };
  });
  const regions = (await Promise.all(folds)).filter((one) => one !== null);
  if (regions.length === 0) return null;
  return {
    index,
    regions: regions.map(({ folded }) => folded).filter(({ bytes }) => bytes !== null),
    damaged: regions.flatMap(({ damaged }) => damaged),
  };
}

interface LandedSegments {
  /** By region, in the plan's order. */
  tasks: ReadonlyMap<string, { task: number; has(index: number): boolean }[]>;
  /** No task has this index, or one behind it. */
  endIndex: number;
}

async function landedSegments(
  folder: RunFolder,
  plan: Plan,
  segmentsOf: (id: TaskId) => number | null,
): Promise<LandedSegments> {
  const tasks = new Map(plan.regions.map(({ name }) => [name, [] as { task: number; has(index: number): boolean }[]]));
  // A number that no run reaches is no segment of this run.
  const indexesMax = Math.ceil(plan.deadlineSeconds / plan.segmentSeconds);
  let endIndex = 0;
  const add = ({ region, task }: TaskId, end: number, has: (index: number) => boolean) => {
    tasks.get(region)?.push({ task, has });
    endIndex = Math.max(endIndex, end);
  };
  const unknown: TaskId[] = [];
  for (const id of plannedTasks(plan.regions)) {
    const segments = segmentsOf(id);
    if (segments === null) unknown.push(id);
    else add(id, Math.min(segments, indexesMax), (index) => index < segments);
  }
  await inParallel(unknown, LISTED_AT_ONCE, async (id) => {
    const indexes = new Set((await list(folder, id)).filter((index) => index <= indexesMax));
    add(id, indexes.size === 0 ? 0 : [...indexes].reduce((last, index) => Math.max(last, index), 0) + 1, (index) =>
      indexes.has(index),
    );
  });
  for (const ofRegion of tasks.values()) ofRegion.sort((one, other) => one.task - other.task);
  return { tasks, endIndex };
}

async function list(folder: RunFolder, id: TaskId): Promise<number[]> {
  const files = await folder.list(runFolderPaths.segmentsOf(id));
  return files.flatMap(({ path }) => {
    const number = /\/(\d+)\.seg$/.exec(path)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}
