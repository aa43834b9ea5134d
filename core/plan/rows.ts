/**
 * Which rows of a data source belong to which task, and to which of its threads. As users and starts, rows are dealt by arithmetic alone:
 *
 *     copy      each task has all rows; its threads that have users take turns
 *     split     each row belongs to one user of the run, in turn, and so to that user's task and thread
 *     unique    as split, after the executions that take unique rows of the same file have taken turns
 */
import { LoadstarError } from '../errors.ts';
import type { DataSource } from '../scenario/scenario.ts';
import { composeShares, everyNth, type Share } from './share.ts';

/** Some of the rows of a source, in the order of the file. */
export interface RowPart {
  readonly count: number;
  /** The number (from 0) of the `i`-th of them in the file, without a line of names. */
  row(i: number): number;
}

/** What the dealing of rows depends on. */
export interface RowOwner {
  /** Share of the run's rows that one (task, thread) gets when they are split. */
  splitShare: Share;
  /** This thread's place among those of the task that have users of the execution, and how many these are. */
  thread: number;
  threads: number;
  /** As `splitShare`, for `unique`: this execution's place among those that take unique rows of the same file. */
  uniquePlace(path: string): { place: number; count: number };
}

/**
 * The part of one (task, thread). Rows that are `split` or `unique` belong to exactly one; `unique` implies that the source does not begin
 * again. Throws `scenario_invalid` when rows are split that are to be used again and again, but there are too few for each to have one.
 */
export function rowPart(rowCount: number, source: DataSource, owner: RowOwner): RowPart {
  if (source.partition === 'copy') return copiedRows(rowCount, source.loop, owner);
  if (source.partition === 'split') {
    const part = ownRows(rowCount, owner.splitShare);
    const hasUsers = owner.splitShare.proportion > 0;
    if (part.count > 0 || !hasUsers || !source.loop || rowCount === 0) return part;
    throw new LoadstarError(
      'scenario_invalid',
      `The data source ${source.path} has ${rowCount} rows: too few to give each of the run's tasks and threads its own. Give it more, or 'partition: copy'.`,
    );
  }
  const { place, count } = owner.uniquePlace(source.path);
  const own = everyNth(place, count);
  return ownRows(rowCount, composeShares(own, owner.splitShare));
}

function ownRows(rowCount: number, share: Share): RowPart {
  return { count: share.countBelow(rowCount), row: (i) => share.index(i) };
}

function copiedRows(rowCount: number, loop: boolean, { thread, threads }: RowOwner): RowPart {
  // A thread without a row would lose its part of the load: rows begin again for it right away.
  if (loop && rowCount > 0 && thread >= rowCount) return { count: 1, row: () => thread % rowCount };
  return ownRows(rowCount, everyNth(thread, threads));
}
