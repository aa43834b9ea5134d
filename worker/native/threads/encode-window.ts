/** Windows on their way between threads: small, and in memory of their own that moves from one to the other. */
import { SegmentWriter } from '../../../core/statistics/segment.ts';
import type { Window } from '../../../core/statistics/window.ts';

/** A window as a segment of one second, in which the thread stands for a task. */
export function encodeWindow(window: Window, thread: number): Uint8Array<ArrayBuffer> {
  const { second } = window;
  const writer = new SegmentWriter({ region: '', tasks: [thread], index: second, firstSecond: second, seconds: 1 });
  writer.addWindow(window);
  return new Uint8Array(writer.finish());
}
