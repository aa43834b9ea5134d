import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../core/run/run.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { REQUESTS, SEGMENT_SECONDS } from '../folding/fixtures/segments.ts';
import { RunWorld } from './fixtures/run-world.ts';
import { observeRun } from './observe-run.ts';
import { parseLandedResult, parseResults } from './parse-results.ts';
import { type RunMemory, recallRun } from './run-memory.ts';

const east0 = { region: 'east', task: 0 };

let world: RunWorld;
let run: Run;
let memory: RunMemory;

async function remember(): Promise<void> {
  const recalled = await recallRun(world.ports, new Map(), run);
  if (recalled === null) throw new Error('no plan');
  memory = recalled;
}

/** What a tick sees of the task. */
async function see() {
  const { tasks } = await observeRun(world.ports, { run, memory });
  return tasks.find(({ region }) => region === 'east');
}

async function putText(path: string, text: string): Promise<void> {
  await memory.folder.put(path, new TextEncoder().encode(text));
}

beforeEach(async () => {
  world = new RunWorld();
  run = await world.startAndTake();
  await remember();
});

describe('results that land', () => {
  it('become rows, once each', async () => {
    expect(await see()).toMatchObject({ result: 'none', exit: null });
    await world.deliver(run.id, east0, { segments: 2 });
    expect(await see()).toMatchObject({ result: 'landed', exit: null });
    await parseResults(world.ports, { run, memory });
    await parseResults(world.ports, { run, memory });
    expect(await see()).toMatchObject({ result: 'parsed', exit: 'completed', error: null });
    const [row, ...others] = await world.stores.taskResults.list(run.id);
    expect(others).toEqual([]);
    const requests = 2 * SEGMENT_SECONDS * REQUESTS;
    expect(row).toMatchObject({
      ...east0,
      done: { requests },
      total: { samples: requests },
      landedAtMs: world.clock.now(),
    });
    expect(row?.labels).toMatchObject([{ label: 'home', samples: requests }]);
  });

  it('are known to the next control plane', async () => {
    await world.deliver(run.id, east0, { exit: 'failed', error: 'out of memory' });
    await see();
    await parseResults(world.ports, { run, memory });
    await remember();
    expect(await see()).toMatchObject({ result: 'parsed', exit: 'failed', error: 'out of memory' });
  });

  const damages: Record<string, () => Promise<void>> = {
    'XML cut short': () => putText(runFolderPaths.xml(east0), '<FinalStatus><Group'),
    'XML with a document type': () =>
      putText(runFolderPaths.xml(east0), '<!DOCTYPE x [<!ENTITY a "b">]><FinalStatus/>'),
    'XML in no UTF-8': () => memory.folder.put(runFolderPaths.xml(east0), new Uint8Array([0xff, 0xfe, 0x00])),
    'no done.json': () => world.objects.delete(`runs/${run.id}/${runFolderPaths.done(east0)}`),
    'done.json cut short': () => putText(runFolderPaths.done(east0), '{"region":'),
    'done.json of another task': async () => {
      const body = await memory.folder.get(runFolderPaths.done(east0));
      await putText(
        runFolderPaths.done(east0),
        new TextDecoder().decode(body ?? undefined).replace('"east"', '"west"'),
      );
    },
    'numbers that contradict each other': async () => {
      const body = await memory.folder.get(runFolderPaths.done(east0));
      const text = new TextDecoder().decode(body ?? undefined);
      await putText(runFolderPaths.done(east0), text.replace(/"requests": \d+/, '"requests": 7'));
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    it(`are marked when they cannot be read: ${name}`, async () => {
      await world.deliver(run.id, east0, { segments: 1 });
      await damage();
      await see();
      await parseResults(world.ports, { run, memory });
      const seen = await see();
      expect(seen).toMatchObject({ result: 'damaged' });
      expect(seen?.error).not.toBe('');
      expect(await world.stores.taskResults.list(run.id)).toEqual([]);
      await remember();
      expect(await see()).toEqual(seen);
    });
  }

  it('become rows when an event tells of them, once or twice, before a tick has seen them', async () => {
    await world.deliver(run.id, east0, { segments: 2 });
    const landed = { runId: run.id, id: east0, landedAtMs: world.clock.now() };
    expect(await parseLandedResult(world.ports, landed)).toBe('parsed');
    expect(await parseLandedResult(world.ports, landed)).toBe('parsed');
    expect(await see()).toMatchObject({ result: 'parsed', exit: 'completed' });
    expect(await world.stores.taskResults.list(run.id)).toHaveLength(1);
  });

  it('are marked when an event tells of one that cannot be read', async () => {
    await world.deliver(run.id, east0, { segments: 2 });
    await putText(runFolderPaths.xml(east0), '<FinalStatus><Group');
    const landed = { runId: run.id, id: east0, landedAtMs: 0 };
    expect(await parseLandedResult(world.ports, landed)).toBe('damaged');
    expect(await see()).toMatchObject({ result: 'damaged' });
  });

  it('are ignored when the run is over or gone, or has no such task or result', async () => {
    const parse = (runId: string, id: { region: string; task: number }) =>
      parseLandedResult(world.ports, { runId, id, landedAtMs: 0 });
    expect(await parse(run.id, east0)).toBe('ignored');
    await world.deliver(run.id, east0);
    expect(await parse(run.id, { region: 'east', task: 1 })).toBe('ignored');
    expect(await parse(run.id, { region: 'north', task: 0 })).toBe('ignored');
    expect(await parse('run-none', east0)).toBe('ignored');
    const { version } = await world.row(run.id);
    await world.stores.runs.update({ ...run, version: version + 1, phase: 'failed' });
    expect(await parse(run.id, east0)).toBe('ignored');
    expect(await world.stores.taskResults.list(run.id)).toEqual([]);
  });

  it('are not marked when only the store fails', async () => {
    await world.deliver(run.id, east0);
    await see();
    const taskResults = { ...world.stores.taskResults, put: () => Promise.reject(new Error('disk full')) };
    await expect(parseResults({ ...world.ports, taskResults }, { run, memory })).rejects.toThrow('disk full');
    expect(await see()).toMatchObject({ result: 'landed' });
  });
});
