/** What a task in a simulated world is run for, and what it left behind. */
import { zstdDecompressSync } from 'node:zlib';
import { expect, onTestFinished } from 'vitest';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { readSegment } from '../../core/statistics/segment.ts';
import { totalOfWindow } from '../../core/statistics/window.ts';
import { createTaskWorld, type TaskWorld, type WorldOptions } from './task-world.ts';

/** The task of these worlds, unless they say otherwise. */
export const id = { region: 'local', task: 1 };
/** What commits a result, in the order in which it is written. */
export const resultPaths = [runFolderPaths.totals(id), runFolderPaths.done(id), runFolderPaths.xml(id)];

/** A world that is gone when the test is over. */
export async function world(options?: WorldOptions): Promise<TaskWorld> {
  const created = await createTaskWorld(options);
  onTestFinished(() => created.remove());
  return created;
}

/** Requests per second of the run, as the segments have them; checks where each segment lies. */
export async function secondsInSegments({ read, done }: TaskWorld, segmentSeconds = 5): Promise<number[]> {
  const seconds: number[] = [];
  const segments = (await done())?.segments ?? 0;
  for (let k = 0; k < segments; k++) {
    const bytes = zstdDecompressSync((await read(runFolderPaths.segment(id, k))) ?? new Uint8Array());
    const header = readSegment(bytes, (window) => {
      seconds[window.second] = totalOfWindow(window).requests;
    });
    expect(header).toMatchObject({
      region: 'local',
      tasks: [1],
      index: k,
      firstSecond: k * segmentSeconds,
      seconds: segmentSeconds,
    });
  }
  expect(await read(runFolderPaths.segment(id, segments))).toBeNull();
  return seconds;
}

/** Runs a task that gets go 4 s from now, and `then` happens `seconds` after go. */
export async function runWithGo(task: TaskWorld, secondsAfterGo?: number, then?: () => unknown): Promise<string> {
  const exit = task.start();
  await task.order('go', { goAtMs: task.clock.epochMs() + 4_000 });
  if (secondsAfterGo !== undefined) {
    await task.clock.advance(4_000 + secondsAfterGo * 1_000);
    await then?.();
  }
  return task.clock.runUntil(exit);
}
