import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';
import { finalPhases, phases } from '../../core/run/run.ts';
import { sampleGroup, sampleRun, sampleScenario, sampleTaskResult } from './fixtures/sample-rows.ts';
import type { RunStore, ScenarioListPage, ScenarioSort, ScenarioStore, TaskResultStore } from './stores.ts';
import { versionedRowsContract } from './versioned-rows.contract.ts';

interface Stores {
  scenarios: ScenarioStore;
  runs: RunStore;
  taskResults: TaskResultStore;
}

const everyScenario = { search: null, tags: [], sort: '-createdAt' } as const;
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
        async list(page) {
          const { items, nextCursor } = await store.list({ ...everyScenario, ...page });
          const rows = await Promise.all(items.map(({ id }) => store.get(id)));
          return { items: rows.filter((row) => row !== null), nextCursor };
        },
        delete: (id) => store.delete(id),
        make: ({ note = '', ...row }) => {
          const sample = sampleScenario(row);
          return { ...sample, scenario: { ...sample.scenario, tags: [note] } };
        },
        broken: sampleScenario({ id: 'broken', updatedAtMs: Number.NaN }),
      };
    });
    scenarios(() => stores.scenarios);
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

function scenarios(store: () => ScenarioStore): void {
  const add = (id: string, name: string, tags: string[], createdAtMs: number, updatedAtMs = createdAtMs) => {
    const sample = sampleScenario({ id, createdAtMs, updatedAtMs });
    return store().create({ ...sample, scenario: { ...sample.scenario, name, tags } });
  };
  const idsOf = async (page: Partial<ScenarioListPage>) => {
    const { items } = await store().list({ ...everyScenario, limit: 100, cursor: null, ...page });
    return items.map(({ id }) => id).join(' ');
  };

  it('lists what a list shows, and nothing that may be large', async () => {
    await add('a', 'Shop', ['nightly', 'eu'], 5, 7);
    expect((await store().list({ ...everyScenario, limit: 1, cursor: null })).items).toEqual([
      { id: 'a', version: 1, name: 'Shop', tags: ['nightly', 'eu'], createdAtMs: 5, updatedAtMs: 7 },
    ]);
  });

  it('lists in any order, page by page', async () => {
    await add('a', 'beta', [], 1, 40);
    await add('b', 'Alpha', [], 2, 30);
    await add('c', 'Ärger', [], 3, 20);
    await add('d', 'ALPHA', [], 4, 20);
    const orders: Record<ScenarioSort, string> = {
      name: 'b d a c',
      '-name': 'c a d b',
      createdAt: 'a b c d',
      '-createdAt': 'd c b a',
      updatedAt: 'c d b a',
      '-updatedAt': 'a b d c',
    };
    for (const [sort, order] of Object.entries(orders) as [ScenarioSort, string][]) {
      expect(await idsOf({ sort }), sort).toBe(order);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await store().list({ ...everyScenario, sort, limit: 1, cursor });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen.join(' '), sort).toBe(order);
    }
  });

  it('refuses a cursor of another order', async () => {
    for (const id of ['a', 'b']) await add(id, id, [], 1);
    for (const [given, used] of [
      ['name', '-name'],
      ['name', 'createdAt'],
      ['createdAt', 'updatedAt'],
    ] as const) {
      const { nextCursor } = await store().list({ ...everyScenario, sort: given, limit: 1, cursor: null });
      const other = store().list({ ...everyScenario, sort: used, limit: 1, cursor: nextCursor });
      await expect(other).rejects.toMatchObject({ code: 'option_invalid' });
    }
  });

  it('finds a part of the name, whatever its case, as it stands', async () => {
    await add('a', 'Größe 100%', [], 1);
    await add('b', 'GRÖSSE_2', [], 2);
    await add('c', 'gr\u006f\u0308ße', [], 3);
    expect(await idsOf({ search: 'GRÖ' })).toBe('c b a');
    expect(await idsOf({ search: '%' })).toBe('a');
    expect(await idsOf({ search: '_' })).toBe('b');
    expect(await idsOf({ search: "' OR 1=1 --" })).toBe('');
    expect(await idsOf({ search: '' })).toBe('c b a');
  });

  it('finds what has all the tags, page by page, and follows changes', async () => {
    for (let i = 0; i < 6; i++) await add(`s${i}`, 'x', i % 2 === 0 ? ['even', 'all'] : ['all'], i);
    expect(await idsOf({ tags: ['all', 'even'] })).toBe('s4 s2 s0');
    expect(await idsOf({ tags: ['al'] })).toBe('');
    const first = await store().list({ ...everyScenario, tags: ['even'], limit: 2, cursor: null });
    const second = await store().list({ ...everyScenario, tags: ['even'], limit: 2, cursor: first.nextCursor });
    expect([first, second].map(({ items }) => items.map(({ id }) => id).join(' '))).toEqual(['s4 s2', 's0']);
    const sample = sampleScenario({ id: 's4', version: 2, createdAtMs: 4 });
    await store().update({ ...sample, scenario: { ...sample.scenario, name: 'Renamed', tags: ['odd', 'odd'] } });
    await store().delete('s2');
    expect(await idsOf({ tags: ['even'] })).toBe('s0');
    expect(await idsOf({ tags: ['odd'], search: 'renamed' })).toBe('s4');
  });

  it('deletes a row only at the version that was named', async () => {
    await add('a', 'x', ['t'], 1);
    await expect(store().delete('a', 2)).rejects.toMatchObject({ code: 'conflict' });
    expect(await idsOf({})).toBe('a');
    await store().delete('a', 1);
    expect(await idsOf({})).toBe('');
    await store().delete('a', 1);
  });
}

function runs(store: () => RunStore): void {
  it('lists the runs in one phase, page by page', async () => {
    for (let i = 0; i < 6; i++) {
      const scenarioId = i < 3 ? 'first' : 'second';
      await store().create(
        sampleRun({ id: `run-${i}`, scenarioId, phase: i % 2 === 0 ? 'queued' : 'failed', createdAtMs: i }),
      );
    }
    const queued = { scenarioId: null, phase: 'queued', limit: 2 } as const;
    const first = await store().list({ ...queued, cursor: null });
    const second = await store().list({ ...queued, cursor: first.nextCursor });
    expect([first, second].map((page) => page.items.map((run) => run.id))).toEqual([['run-4', 'run-2'], ['run-0']]);
    const ofSecond = await store().list({ ...queued, scenarioId: 'second', cursor: null });
    expect(ofSecond.items.map((run) => run.id)).toEqual(['run-4']);
    await store().update(
      sampleRun({ id: 'run-4', version: 2, scenarioId: 'second', phase: 'running', createdAtMs: 4 }),
    );
    expect((await store().list({ ...queued, cursor: null })).items.map((run) => run.id)).toEqual(['run-2', 'run-0']);
  });

  it('tells the newest run of each scenario', async () => {
    for (let i = 0; i < 6; i++) {
      await store().create(
        sampleRun({ id: `run-${i}`, scenarioId: i % 2 === 0 ? 'even' : 'odd', createdAtMs: i < 4 ? i : 3 }),
      );
    }
    const newest = async (count: number) =>
      [...(await store().newestOf(['even', 'odd', 'none', 'even'], count))]
        .map(([id, runs]) => `${id}: ${runs.map((run) => run.id).join(' ')}`)
        .toSorted();
    expect(await newest(1)).toEqual(['even: run-4', 'odd: run-5']);
    expect(await newest(2)).toEqual(['even: run-4 run-2', 'odd: run-5 run-3']);
    expect(await newest(9)).toEqual(['even: run-4 run-2 run-0', 'odd: run-5 run-3 run-1']);
    expect(await store().newestOf([], 1)).toEqual(new Map());
    const tooMany = Array.from({ length: limits.pageRowsMax + 1 }, () => 'even');
    await expect(store().newestOf(tooMany, 1)).rejects.toMatchObject({ code: 'option_invalid' });
  });

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
