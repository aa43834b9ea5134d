import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { createMemoryObjectStore } from '../adapters/memory/memory-object-store.ts';
import { openRunFolder, type RunFolder } from '../run-folder/run-folder.ts';
import { foldingPlan, land } from './fixtures/segments.ts';
import { LiveFolding } from './live-folding.ts';
import { foldWholeSeries } from './whole-series.ts';

function newFolder(): RunFolder {
  return openRunFolder(createMemoryObjectStore(), 'run-1');
}

/** By index: the tasks of each region that are folded, as `east 0,1`; damaged ones as `!east 0`. */
async function fold(
  folder: RunFolder,
  segmentsOf: (id: TaskId) => number | null = () => null,
): Promise<Record<number, string[]>> {
  const parts: Record<number, string[]> = {};
  for await (const { index, regions, damaged } of foldWholeSeries(folder, foldingPlan(), () => {}, segmentsOf)) {
    const folded = regions.map(({ region, tasks }) => `${region} ${[...tasks].join()}`);
    parts[index] = [...folded, ...damaged.map(({ region, task }) => `!${region} ${task}`)];
  }
  return parts;
}

describe('the whole series at the end of a run', () => {
  it('is empty for a run without load', async () => {
    expect(await fold(newFolder())).toEqual({});
  });

  it('holds every segment that landed, in order of time, also where a task has gaps', async () => {
    const folder = newFolder();
    for (const index of [0, 1, 10]) await land(folder, { region: 'east', task: 0 }, index);
    for (const index of [1, 2]) await land(folder, { region: 'east', task: 1 }, index);
    await land(folder, { region: 'west', task: 0 }, 0);
    const parts = await fold(folder);
    expect(parts).toEqual({ 0: ['east 0', 'west 0'], 1: ['east 0,1'], 2: ['east 1'], 10: ['east 0'] });
    expect(Object.keys(parts)).toEqual(['0', '1', '2', '10']);
  });

  it('adds to what was folded while the run was under way', async () => {
    const folder = newFolder();
    await land(folder, { region: 'east', task: 0 }, 0);
    await land(folder, { region: 'west', task: 0 }, 0);
    const live = new LiveFolding(foldingPlan(), folder, () => {});
    const sources = [{ id: { region: 'east', task: 0 }, mayWrite: false, segments: 1 }];
    await live.advance({ goAtMs: 0, nowMs: 60_000, sources });
    await land(folder, { region: 'east', task: 1 }, 0);
    expect(await fold(folder)).toEqual({ 0: ['east 0,1', 'west 0'] });
    // And once more, from the folded files.
    expect(await fold(folder)).toEqual({ 0: ['east 0,1', 'west 0'] });
  });

  it('names damaged segments, and takes no notice of files that are none', async () => {
    const folder = newFolder();
    await land(folder, { region: 'east', task: 0 }, 0, new Uint8Array([9]));
    await land(folder, { region: 'east', task: 1 }, 0);
    await land(folder, { region: 'east', task: 0 }, 999_999);
    await folder.put('series/east/0/notes.txt', new Uint8Array());
    await land(folder, { region: 'east', task: 7 }, 0);
    expect(await fold(folder)).toEqual({ 0: ['east 1', '!east 0'] });
    expect(await folder.get(runFolderPaths.folded('east', 999_999))).toBeNull();
  });

  it('asks the folder only for tasks that did not tell how many they wrote', async () => {
    const inner = newFolder();
    for (const index of [0, 1]) for (const region of ['east', 'west']) await land(inner, { region, task: 0 }, index);
    const listed: string[] = [];
    const folder: RunFolder = {
      ...inner,
      list(prefix) {
        listed.push(prefix);
        return inner.list(prefix);
      },
    };
    const parts = await fold(folder, ({ region }) => (region === 'east' ? 2 : null));
    expect(parts).toEqual({ 0: ['east 0', 'west 0'], 1: ['east 0', 'west 0'] });
    expect(listed).toEqual(['series/west/0/']);
  });

  it('is not led astray by a task that claims more than a run can have', async () => {
    const folder = newFolder();
    await land(folder, { region: 'west', task: 0 }, 0);
    const parts = await fold(folder, ({ region }) => (region === 'west' ? Number.MAX_SAFE_INTEGER : 0));
    expect(parts[0]).toEqual(['west 0']);
    expect(Object.values(parts).flat()).toHaveLength(1);
  });
});
