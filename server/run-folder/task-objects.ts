/** Which objects of a run folder the tasks of a run may read and write, and how large they may be. */
import { limits } from '../../core/limits.ts';
import type { PlannedRegion } from '../../core/plan/plan.ts';
import { isObjectKey } from '../ports/object-key.ts';

export interface WritableObject {
  bytesMax: number;
  /** Once it is there, it never changes: others may have read it. */
  isImmutable: boolean;
}

/** True for what the control plane has for its tasks, and for what a task that is started anew must know of itself. */
export function mayRead(path: string, regions: readonly PlannedRegion[]): boolean {
  if (!isObjectKey(path)) return false;
  if (path === 'plan.json' || path === 'control.json' || path.startsWith('files/')) return true;
  const [, rest] = taskOf(path, 'results', regions) ?? [];
  return rest === '.xml' || rest === '.done.json';
}

/** Null for what a task must not write: what is the control plane's, what belongs to no task of the run, what is no path at all. */
export function writableObject(path: string, regions: readonly PlannedRegion[]): WritableObject | null {
  if (!isObjectKey(path)) return null;
  const isOf = (folder: string, pattern: RegExp) => pattern.test(taskOf(path, folder, regions)?.[1] ?? '');
  if (isOf('ready', /^\.json$/) || isOf('results', /^\.done\.json$/)) {
    return { bytesMax: limits.taskMarkBytesMax, isImmutable: false };
  }
  if (isOf('series', /^\/(0|[1-9]\d{0,8})\.seg$/) || isOf('results', /^\.(hdr|xml)$/)) {
    return { bytesMax: limits.taskObjectBytesMax, isImmutable: true };
  }
  if (isOf('artifacts', /^\/./)) return { bytesMax: limits.taskObjectBytesMax, isImmutable: false };
  return null;
}

/** The task that `<folder>/<region>/<n>...` belongs to, and what follows its number; null when the run has no such task. */
function taskOf(
  path: string,
  folder: string,
  regions: readonly PlannedRegion[],
): [{ region: string; task: number }, string] | null {
  const [, found, region = '', digits, rest = ''] = /^([a-z]+)\/([^/]+)\/(0|[1-9]\d{0,5})((?!\d).*)$/s.exec(path) ?? [];
  if (found !== folder) return null;
  const task = Number(digits);
  const planned = regions.find(({ name }) => name === region);
  return planned !== undefined && task < planned.tasks ? [{ region, task }, rest] : null;
}
