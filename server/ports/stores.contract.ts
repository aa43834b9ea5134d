import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finalPhases, phases } from '../../core/run/run.ts';
import { sampleGroup, sampleRun, sampleScenario, sampleTaskResult } from './fixtures/sample-rows.ts';
import type { RunStore, ScenarioStore, TaskResultStore } from './stores.ts';
import { versionedRowsContract } from './versioned-rows.contract.ts';

interface Stores {
  scenarios: ScenarioStore;
  runs: RunStore;
  taskResults: TaskResultStore;
}

const internal = { name: 'LoadstarError', code: 'internal' };

/** What every set of stores does. */
export function storesContract(
  name: string,
  open: () => Promise<{ stores: Stores; close: () => Promise<void> }>,
): void {
  let stores: Stores;
  let close: () => Promise<void>;
  const opened = () => {
    beforeEach(async () => {
      ({ stores, close } = await open());
    });
    afterEach(() => close());
  };

  describe(`${name} is a scenario store`, () => {
    opened();
    versionedRowsContract(() => {
      const store = stores.scenarios;
      return {
        create: (row) => store.create(row),
        get: (id) => store.get(id),
        update: (row) => store.update(row),
        list: (page) => store.list(page),
        delete: (id) => store.delete(id),
        make: ({ note = '', ...row }) => {
          const sample = sampleScenario(row);
          return { ...sample, scenario: { ...sample.scenario, tags: [note] } };
        },
        broken: sampleScenario({ id: 'broken', updatedAtMs: Number.NaN }),
      };
    });
  });

  describe(`${name} is a run store`, () => {
    opened();
    versionedRowsContract(() => {
      const store = stores.runs;
      return {
        create: (row) => store.create(row),
        get: (id) => store.get(id),
        update: (row) => store.update(row),
        list: (page) => store.list({ scenarioId: null, ...page }),
        delete: (id) => store.delete(id),
        make: ({ note = '', ...row }) => sampleRun({ ...row, reason: note }),
        broken: sampleRun({ id: 'broken', controlPollMs: 0.5 }),
      };
    });
    runs(() => stores.runs);
  });

  describe(`${name} is a task result store`, () => {
    opened();
    taskResults(() => stores.taskResults);
  });
}

function runs(store: () => RunStore): void {
  it('lists the runs of one scenario, page by page', async () => {
    for (let i = 0; i < 6; i++) {
      const scenarioId = i % 2 === 0 ? 'even' : 'odd';
      await store().create(sampleRun({ id: `run-${i}`, scenarioId, createdAtMs: i }));
    }
    const first = await store().list({ scenarioId: 'even', limit: 2, cursor: null });
    const second = await store().list({ scenarioId: 'even', limit: 2, cursor: first.nextCursor });
    expect([first, second].map((page) => page.items.map((run) => run.id))).toEqual([['run-4', 'run-2'], ['run-0']]);
    expect(await store().list({ scenarioId: 'none', limit: 2, cursor: null })).toEqual({ items: [], nextCursor: null });
  });

  it('lists all unfinished runs, oldest first', async () => {
    for (const [i, phase] of phases.entries()) {
      await store().create(sampleRun({ id: `run-${i}`, phase, createdAtMs: 100 - i }));
    }
    const expected = phases.filter((phase) => !finalPhases.has(phase)).toReversed();
    expect((await store().listUnfinished()).map((run) => run.phase)).toEqual(expected);
  });

  it('follows a run through its phases', async () => {
    await store().create(sampleRun());
    await store().update(sampleRun({ version: 2, phase: 'running' }));
    expect(await store().listUnfinished()).toEqual([sampleRun({ version: 2, phase: 'running' })]);
    await store().update(sampleRun({ version: 3, phase: 'complete', outcome: 'complete' }));
    expect(await store().listUnfinished()).toEqual([]);
  });
}

function taskResults(store: () => TaskResultStore): void {
  it('lists the results of a run by region, then task', async () => {
    for (const [region, task] of [
      ['us', 0],
      ['eu-2', 1],
      ['eu', 10],
      ['eu', 9],
      ['eu-2', 0],
    ] as const) {
      await store().put('run-1', sampleTaskResult({ region, task }));
    }
    await store().put('run-2', sampleTaskResult({ region: 'us', task: 7 }));
    const listed = (await store().list('run-1')).map(({ region, task }) => `${region} ${task}`);
    expect(listed).toEqual(['eu 9', 'eu 10', 'eu-2 0', 'eu-2 1', 'us 0']);
    expect(await store().list('run-2')).toEqual([sampleTaskResult({ region: 'us', task: 7 })]);
    expect(await store().list('run-3')).toEqual([]);
  });

  it('replaces the result of a task that is put again', async () => {
    await store().put('run-1', sampleTaskResult());
    const again = sampleTaskResult({ total: sampleGroup({ samples: 11 }) });
    await store().put('run-1', again);
    expect(await store().list('run-1')).toEqual([again]);
  });

  it('keeps one of the same result that is put by many at once', async () => {
    const results = Array.from({ length: 100 }, (_, i) => sampleTaskResult({ task: i % 4 }));
    await Promise.all(results.map((result) => store().put('run-1', result)));
    expect((await store().list('run-1')).map((result) => result.task)).toEqual([0, 1, 2, 3]);
  });

  it('deletes the results of one run', async () => {
    await store().put('run-1', sampleTaskResult());
    await store().put('run-2', sampleTaskResult());
    await store().deleteOfRun('run-1');
    await store().deleteOfRun('run-1');
    expect(await store().list('run-1')).toEqual([]);
    expect(await store().list('run-2')).toHaveLength(1);
  });

  it('writes nothing that could not be read back', async () => {
    const broken = sampleTaskResult({ total: sampleGroup({ bytes: Number.NaN }) });
    await expect(store().put('run-1', broken)).rejects.toMatchObject(internal);
    expect(await store().list('run-1')).toEqual([]);
  });
}
