import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import type { Run } from '../../core/run/run.ts';
import { createMemoryObjectStore } from '../adapters/memory/memory-object-store.ts';
import { createMemoryStores } from '../adapters/memory/memory-stores.ts';
import { pruneRuns, type Retention } from './prune-runs.ts';
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

const keep = (some: Partial<Retention>): Retention => ({
  keepDays: null,
  keepArtifactsDays: null,
  keepBytes: null,
  ...some,
});
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
    expect(await pruneRuns(ports, keep({ keepDays: 7 }))).toEqual({ runs: 3, artifacts: 0 });
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
    expect(await pruneRuns(ports, keep({ keepDays: 7 }))).toEqual({ runs: 0, artifacts: 0 });
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
    expect(await pruneRuns({ ...ports, objects }, keep({ keepDays: 1 }))).toMatchObject({ runs: 2 });
    expect(logged).toEqual(['an old run could not be deleted']);
    expect(await ports.runs.get('b')).not.toBeNull();
    expect(await pruneRuns(ports, keep({ keepDays: 1 }))).toMatchObject({ runs: 1 });
  });

  const ARTIFACT_BYTES = 1_000_000;
  const withArtifacts = async (runs: Record<string, Partial<Run>>) => {
    const world = await worldOf(runs);
    for (const id of Object.keys(runs)) {
      for (const name of ['task.log', 'kpi.jtl']) {
        await world.ports.objects.put(`runs/${id}/artifacts/east/0/${name}`, new Uint8Array(ARTIFACT_BYTES / 2));
      }
    }
    /** Which runs there are, and which of them have artifacts. */
    const left = async () => {
      const ids = (await world.ports.runs.list({ scenarioId: null, limit: 10, cursor: null })).items.map(
        ({ id }) => id,
      );
      const keys = (await world.ports.objects.list('runs/')).map(({ key }) => key);
      const has = (id: string) => keys.some((key) => key.startsWith(`runs/${id}/artifacts/`));
      return ids.toSorted().map((id) => (has(id) ? `${id} with artifacts` : id));
    };
    return { ...world, left };
  };

  it('deletes artifacts sooner than runs, once, and says so', async () => {
    const running = { phase: 'running', endedAtMs: null } as const;
    const { ports, left } = await withArtifacts({
      a: endedDaysAgo(9),
      b: endedDaysAgo(4),
      c: endedDaysAgo(1),
      running,
    });
    const retention = keep({ keepDays: 7, keepArtifactsDays: 3 });
    expect(await pruneRuns(ports, retention)).toEqual({ runs: 1, artifacts: 1 });
    expect(await left()).toEqual(['b', 'c with artifacts', 'running with artifacts']);
    expect(await ports.objects.get('runs/b/plan.json')).not.toBeNull();
    const [entry] = (await ports.audit.list({ limit: 1, cursor: null })).items;
    expect(entry).toMatchObject({ actor: { kind: 'system' }, action: 'run.artifacts.delete', target: 'b' });
    expect(entry?.detail).toBe('2 files, 1000000 bytes');
    expect(await pruneRuns(ports, retention)).toEqual({ runs: 0, artifacts: 0 });
  });

  it('makes room by the oldest artifacts, then by the oldest runs, never by a run that goes on', async () => {
    const running = { phase: 'running', endedAtMs: null, createdAtMs: 0 } as const;
    const runs = { b: endedDaysAgo(2), a: endedDaysAgo(3), c: endedDaysAgo(1), running };
    const { ports, left, logged } = await withArtifacts(runs);
    const total = (await ports.objects.list('runs/')).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(await pruneRuns(ports, keep({ keepBytes: total }))).toEqual({ runs: 0, artifacts: 0 });
    expect(await pruneRuns(ports, keep({ keepBytes: total - 1 }))).toEqual({ runs: 0, artifacts: 1 });
    expect(await left()).toEqual(['a', 'b with artifacts', 'c with artifacts', 'running with artifacts']);
    expect(await pruneRuns(ports, keep({ keepBytes: total - 3 * ARTIFACT_BYTES - 1 }))).toEqual({
      runs: 1,
      artifacts: 2,
    });
    expect(await left()).toEqual(['b', 'c', 'running with artifacts']);
    expect(logged).toEqual([]);
    expect(await pruneRuns(ports, keep({ keepBytes: 1 }))).toEqual({ runs: 2, artifacts: 0 });
    expect([await left(), logged]).toEqual([
      ['running with artifacts'],
      ['runs that have not ended take more room than is kept'],
    ]);
  });
});
