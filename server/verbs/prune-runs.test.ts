import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import type { Run } from '../../core/run/run.ts';
import { createMemoryObjectStore } from '../adapters/memory/memory-object-store.ts';
import { createMemoryStores } from '../adapters/memory/memory-stores.ts';
import { pruneRuns } from './prune-runs.ts';
import { storeMeasuredRun } from './results/fixtures/measured-run.ts';

const DAY_MS = 24 * 3600 * 1000;
const NOW_MS = 1_900_000_000_000;

async function worldOf(runs: Record<string, Partial<Run>>) {
  const stores = createMemoryStores();
  const logged: string[] = [];
  const log = (_level: string, message: string) => void logged.push(message);
  const ports = { ...stores, objects: createMemoryObjectStore(), nowMs: () => NOW_MS, log };
  for (const [id, changes] of Object.entries(runs)) {
    await storeMeasuredRun(ports, { seconds: 1, changes: { id, ...changes } });
  }
  return { ports, logged };
}

const endedDaysAgo = (days: number): Partial<Run> => ({ endedAtMs: NOW_MS - days * DAY_MS });

describe('pruneRuns', () => {
  it('deletes what has been over for longer than it is kept, and nothing else', async () => {
    const { ports } = await worldOf({
      old: endedDaysAgo(7.01),
      failed: { ...endedDaysAgo(100), phase: 'failed' },
      cancelled: { ...endedDaysAgo(8), phase: 'cancelled' },
      young: endedDaysAgo(6.99),
      running: { phase: 'running', endedAtMs: null, createdAtMs: NOW_MS - 30 * DAY_MS },
      'cleaning-up': { phase: 'cleaning up', endedAtMs: null, createdAtMs: NOW_MS - 30 * DAY_MS },
    });
    expect(await pruneRuns(ports, { keepDays: 7 })).toBe(3);
    const left = (await ports.runs.list({ scenarioId: null, limit: 10, cursor: null })).items.map(({ id }) => id);
    expect(left.toSorted()).toEqual(['cleaning-up', 'running', 'young']);
    const folders = new Set((await ports.objects.list('runs/')).map(({ key }) => key.split('/')[1]));
    expect([...folders].toSorted()).toEqual(['cleaning-up', 'running', 'young']);
    const { items } = await ports.audit.list({ limit: 10, cursor: null });
    expect(items.map(({ actor, action, target }) => [actor.kind, action, target]).toSorted()).toEqual([
      ['system', 'run.delete', 'cancelled'],
      ['system', 'run.delete', 'failed'],
      ['system', 'run.delete', 'old'],
    ]);
    expect(await pruneRuns(ports, { keepDays: 7 })).toBe(0);
  });

  it('goes on when one of them cannot be deleted, and takes it the next time', async () => {
    const { ports, logged } = await worldOf({ a: endedDaysAgo(9), b: endedDaysAgo(9), c: endedDaysAgo(9) });
    const objects = {
      ...ports.objects,
      deletePrefix: async (prefix: string) => {
        if (prefix === 'runs/b/') throw new LoadstarError('store_failed', 'the disk failed');
        return ports.objects.deletePrefix(prefix);
      },
    };
    expect(await pruneRuns({ ...ports, objects }, { keepDays: 1 })).toBe(2);
    expect(logged).toEqual(['an old run could not be deleted']);
    expect(await ports.runs.get('b')).not.toBeNull();
    expect(await pruneRuns(ports, { keepDays: 1 })).toBe(1);
  });
});
