/** Live messages of windows that came together, whatever tasks and seconds they are of: one for each region and interval, or as few as fit their size. */
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import { LiveInterval } from './live-interval.ts';

export interface MergedMessage {
  region: string;
  payload: Uint8Array;
}

/**
 * The oldest interval first; a window counts once, however often it is there. A message that would be longer than `bytesMax` goes without its labels; one
 * that is too long even so becomes several, of some of its tasks each. What a single task told is left out only when it alone is longer.
 */
export function mergeWindows(windows: readonly LiveWindow[], bytesMax: number): MergedMessage[] {
  const intervals = new Map<string, LiveWindow[]>();
  for (const window of windows) {
    const key = `${window.seq}/${window.region}`;
    const known = intervals.get(key) ?? [];
    intervals.set(key, known);
    if (!known.some(({ task }) => task === window.task)) known.push(window);
  }
  return [...intervals.values()]
    .sort(([one], [other]) => (one?.seq ?? 0) - (other?.seq ?? 0))
    .flatMap((told) => messagesOf(told, bytesMax));
}

/** `told`: of one region and interval, each task once. */
function messagesOf(told: readonly LiveWindow[], bytesMax: number): MergedMessage[] {
  const [first] = told;
  if (first === undefined) return [];
  const interval = new LiveInterval(first);
  for (const window of told) interval.add(window);
  for (const hasLabels of [true, false]) {
    const payload = interval.payload({ hasLabels });
    if (payload.length <= bytesMax) return [{ region: first.region, payload }];
  }
  if (told.length === 1) return [];
  const half = Math.ceil(told.length / 2);
  return [...messagesOf(told.slice(0, half), bytesMax), ...messagesOf(told.slice(half), bytesMax)];
}
