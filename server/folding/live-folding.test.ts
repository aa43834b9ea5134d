import { beforeEach, describe, expect, it } from 'vitest';
import type { TaskId } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { readSegmentHeader } from '../../core/statistics/segment.ts';
import { createMemoryObjectStore } from '../adapters/memory/memory-object-store.ts';
import { openRunFolder, type RunFolder } from '../run-folder/run-folder.ts';
import { readSegmentFile } from '../run-folder/segment-files.ts';
import { foldingPlan, land, REQUESTS, SEGMENT_SECONDS, segment } from './fixtures/segments.ts';
import { LiveFolding, type SegmentSource } from './live-folding.ts';

const GO_AT_MS = 1_000_000;
const east0: TaskId = { region: 'east', task: 0 };
const east1: TaskId = { region: 'east', task: 1 };
const west0: TaskId = { region: 'west', task: 0 };
const all = [east0, east1, west0];

let folder: RunFolder;
let gets: string[];
let folding: LiveFolding;
let sources: SegmentSource[];

beforeEach(() => {
  const inner = openRunFolder(createMemoryObjectStore(), 'run-1');
  gets = [];
  folder = {
    ...inner,
    get(path) {
      gets.push(path);
      return inner.get(path);
    },
  };
  folding = new LiveFolding(foldingPlan(), folder, () => {});
  sources = all.map((id) => ({ id, mayWrite: true, segments: null }));
});

/** So many seconds after go. */
function at(seconds: number, which: LiveFolding = folding) {
  return which.advance({ goAtMs: GO_AT_MS, nowMs: GO_AT_MS + seconds * 1000, sources });
}

async function tasksIn(region: string, index: number): Promise<number[] | null> {
  const bytes = await readSegmentFile(folder, runFolderPaths.folded(region, index));
  return bytes === null ? null : readSegmentHeader(bytes).tasks;
}

describe('folding while a run is under way', () => {
  it('folds an index when all tasks have brought theirs', async () => {
    await land(folder, east0, 0);
    await land(folder, west0, 0);
    await at(2.1);
    expect(await tasksIn('east', 0)).toBeNull();
    await land(folder, east1, 0);
    await at(2.6);
    expect(await tasksIn('east', 0)).toEqual([0, 1]);
    expect(await tasksIn('west', 0)).toEqual([0]);
  });

  it('looks for nothing that cannot be there yet', async () => {
    await at(1.9);
    expect(gets).toEqual([]);
    for (const id of all) await land(folder, id, 0);
    await at(2);
    gets.length = 0;
    await at(3.9);
    expect(gets).toEqual([]);
  });

  it('does not wait longer than one more segment for a task, and folds its segment when it comes after all', async () => {
    for (const id of [east0, west0]) for (const index of [0, 1]) await land(folder, id, index);
    await at(3.9);
    expect(await tasksIn('east', 0)).toBeNull();
    await at(4);
    expect(await tasksIn('east', 0)).toEqual([0]);
    await land(folder, east1, 0);
    await land(folder, east1, 1);
    await at(5);
    expect(await tasksIn('east', 1)).toEqual([0, 1]);
    expect(await tasksIn('east', 0)).toEqual([0, 1]);
  });

  it('waits for no task that has ended, but takes what it left', async () => {
    for (const id of [east0, west0]) for (const index of [0, 1, 2]) await land(folder, id, index);
    await land(folder, east1, 0);
    sources = sources.map((source) => (source.id === east1 ? { ...source, mayWrite: false } : source));
    await at(6);
    expect(await tasksIn('east', 0)).toEqual([0, 1]);
    expect(await tasksIn('east', 1)).toEqual([0]);
    expect(await tasksIn('east', 2)).toEqual([0]);
    // It was looked for once beyond its last segment, and not again.
    expect(gets.filter((path) => path.startsWith('series/east/1/'))).toEqual([
      'series/east/1/0.seg',
      'series/east/1/1.seg',
    ]);
  });

  it('stops at the last segment of tasks that have delivered', async () => {
    for (const id of all) await land(folder, id, 0);
    sources = all.map((id) => ({ id, mayWrite: false, segments: 1 }));
    await at(100);
    gets.length = 0;
    await at(200);
    expect(gets.filter((path) => path.startsWith('series/'))).toEqual([]);
    expect(await tasksIn('east', 1)).toBeNull();
  });

  it('goes on where a dead control plane has left off', async () => {
    for (const id of all) for (const index of [0, 1]) await land(folder, id, index);
    await at(4);
    await land(folder, east0, 2);
    gets.length = 0;
    const next = new LiveFolding(foldingPlan(), folder, () => {});
    for (const id of [east1, west0]) await land(folder, id, 2);
    await at(6, next);
    expect(await tasksIn('east', 2)).toEqual([0, 1]);
    // What is folded is read from the folded files alone.
    expect(gets.filter((path) => /^series\/.*\/[01]\.seg$/.test(path))).toEqual([]);
  });

  it('folds a bounded number of indexes at a time, and the rest later', async () => {
    for (const id of all) for (let index = 0; index < 30; index++) await land(folder, id, index);
    await at(60);
    expect(await tasksIn('east', 19)).toEqual([0, 1]);
    expect(await tasksIn('east', 20)).toBeNull();
    await at(60);
    expect(await tasksIn('east', 29)).toEqual([0, 1]);
  });

  it('leaves the rest to the next call when its time is up', async () => {
    for (const id of all) for (let index = 0; index < 5; index++) await land(folder, id, index);
    let asked = 0;
    const moment = { goAtMs: GO_AT_MS, nowMs: GO_AT_MS + 60_000, sources };
    await folding.advance({ ...moment, isTimeUp: () => ++asked === 2 });
    expect(folding.state().index).toBe(2);
    await folding.advance(moment);
    expect(await tasksIn('east', 4)).toEqual([0, 1]);
  });

  it('leaves out what is damaged or belongs to another task, and nothing else', async () => {
    await land(folder, east0, 0, new TextEncoder().encode('no segment'));
    await land(folder, east1, 0);
    await land(folder, west0, 0, segment(east0, 0));
    await at(2);
    expect(await tasksIn('east', 0)).toEqual([1]);
    expect(await tasksIn('west', 0)).toBeNull();
    await folder.put(runFolderPaths.segment(west0, 1), new TextEncoder().encode('not even compressed'));
    for (const id of [east0, east1]) await land(folder, id, 1);
    await at(4);
    expect(await tasksIn('east', 1)).toEqual([0, 1]);
  });

  it('does not take the segment of one task for that of another in the same region', async () => {
    await land(folder, east1, 0, segment(east0, 0));
    await land(folder, west0, 0);
    sources = sources.filter(({ id }) => id !== east0);
    await at(2);
    expect(await tasksIn('west', 0)).toEqual([0]);
    expect(await tasksIn('east', 0)).toBeNull();
  });

  it('folds anew what it finds damaged of its own', async () => {
    for (const id of all) await land(folder, id, 0);
    await folder.put(runFolderPaths.folded('east', 0), new Uint8Array([1, 2, 3]));
    await at(2);
    expect(await tasksIn('east', 0)).toEqual([0, 1]);
  });
});

describe('criteria while a run is under way', () => {
  const criterion = {
    subject: 'hits',
    label: '',
    flow: null,
    condition: '>=',
    threshold: 3 * REQUESTS,
    percentage: false,
    timeframeSeconds: 3,
    logic: 'for',
    stop: true,
    fail: true,
    message: 'too many hits',
  } as const;

  it('judges what all regions and tasks did in the same second', async () => {
    folding = new LiveFolding(foldingPlan({ criteria: [criterion] }), folder, () => {});
    for (const id of all) await land(folder, id, 0);
    expect(await at(SEGMENT_SECONDS)).toBeNull();
    for (const id of all) await land(folder, id, 1);
    expect(await at(2 * SEGMENT_SECONDS)).toMatchObject({ message: 'too many hits', fail: true });
  });

  it('says the same after a restart', async () => {
    const plan = foldingPlan({ criteria: [criterion] });
    folding = new LiveFolding(plan, folder, () => {});
    for (const id of all) for (const index of [0, 1]) await land(folder, id, index);
    const before = await at(4);
    expect(await at(4, new LiveFolding(plan, folder, () => {}))).toEqual(before);
  });

  it('judges only what has landed', async () => {
    folding = new LiveFolding(foldingPlan({ criteria: [criterion] }), folder, () => {});
    for (const id of [east0, west0]) for (const index of [0, 1]) await land(folder, id, index);
    expect(await at(10)).toBeNull();
  });
});
