/** Folding that is broken off anywhere and gone on with from its stored state, against folding that never was. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../core/plan/plan.ts';
import { createMemoryObjectStore } from '../adapters/memory/memory-object-store.ts';
import { openRunFolder, type RunFolder } from '../run-folder/run-folder.ts';
import { foldingPlan, land, REQUESTS, SEGMENT_SECONDS, segment } from './fixtures/segments.ts';
import { FoldedSegment } from './folded-segment.ts';
import { foldingStateSchema, LiveFolding } from './live-folding.ts';

const GO_AT_MS = 1_000_000;
const SEGMENTS = 8;
const tasks: TaskId[] = [
  { region: 'east', task: 0 },
  { region: 'east', task: 1 },
  { region: 'west', task: 0 },
];
/** Slower and slower answers, so that it matters which seconds were judged. */
const segments = new Map(
  tasks.flatMap((id) =>
    Array.from({ length: SEGMENTS }, (_, index) => [keyOf(id, index), segment(id, index, 5 + index)]),
  ),
);

function keyOf({ region, task }: TaskId, index: number): string {
  return `${region}/${task}/${index}`;
}

const plan = foldingPlan({
  criteria: (['for', 'within', 'over'] as const).map((logic, i) => ({
    subject: i === 1 ? 'hits' : 'avg-rt',
    label: '',
    flow: null,
    condition: '>=' as const,
    threshold: i === 1 ? REQUESTS * 3 * 4 : 0.009,
    percentage: false,
    timeframeSeconds: 4,
    logic,
    stop: true,
    fail: true,
    message: logic,
  })),
});

interface Moments {
  /** By task: how late its segments are, in quarters of a segment, each on top of the one before. */
  lateness: number[][];
  /** By task: it ends with this segment. */
  ends: number[];
  /** Which call to the folder fails, counted from 1 and again after each failure; 0: none. */
  failures: number[];
  remembers: boolean;
  /** Segments that a call may ask for; what it leaves, further calls of the same moment go on with. */
  segmentsMax?: number;
}

/** Folds in steps of half a segment. Returns all that is there then. */
async function fold({ ends, failures, lateness, remembers, segmentsMax }: Moments) {
  const inner = openRunFolder(createMemoryObjectStore(), 'run-1');
  let calls = 0;
  let failing = failures.length > 0 ? (failures[0] ?? 0) : 0;
  let failed = 0;
  const mayFail = () => {
    if (++calls !== failing) return;
    calls = 0;
    failing = failures[++failed] ?? 0;
    throw new Error('broken off');
  };
  const folder: RunFolder = {
    ...inner,
    async get(path) {
      mayFail();
      return inner.get(path);
    },
    async put(path, body) {
      if (failing % 2 === 0) mayFail();
      await inner.put(path, body);
      if (failing % 2 === 1) mayFail();
    },
  };
  const log = () => {};
  let stored: string | null = null;
  let folding = new LiveFolding(plan, folder, log);
  let stops: unknown = null;
  const next = () => {
    folding = new LiveFolding(plan, folder, log, stored === null ? null : foldingStateSchema.parse(JSON.parse(stored)));
  };
  for (let half = 0; half <= 4 * SEGMENTS; half++) {
    const nowMs = GO_AT_MS + half * SEGMENT_SECONDS * 500;
    for (const [position, id] of tasks.entries()) {
      let quarters = 0;
      for (let index = 0; index <= (ends[position] ?? 0); index++) {
        quarters += lateness[position]?.[index] ?? 0;
        const landsAtHalf = 2 * (index + 1) + Math.ceil(quarters / 2);
        if (landsAtHalf === half) await land(inner, id, index, segments.get(keyOf(id, index)));
      }
    }
    const sources = tasks.map((id, position) => {
      const quarters = (lateness[position] ?? [])
        .slice(0, (ends[position] ?? 0) + 1)
        .reduce((sum, late) => sum + late, 0);
      return { id, mayWrite: half < 2 * ((ends[position] ?? 0) + 1) + Math.ceil(quarters / 2), segments: null };
    });
    for (let before = ''; ; ) {
      try {
        const bound = segmentsMax === undefined ? {} : { segmentsMax };
        stops = await folding.advance({ goAtMs: GO_AT_MS, nowMs, sources, ...bound });
        // As ticks do whose memory does not outlive them: only they are bounded.
        if (!remembers || segmentsMax !== undefined) await folding.storeOpen();
        stored = JSON.stringify(folding.state());
        if (!remembers) next();
        const { asked, index } = folding.state();
        if (segmentsMax === undefined || (asked === 0 && before === `${index}`)) break;
        before = `${index}`;
      } catch {
        next();
      }
    }
  }
  const folded = await inner.list('folded/');
  const bytes = await Promise.all(
    folded.map(async ({ path }) => [path, Buffer.from((await inner.get(path)) ?? []).toString('hex')]),
  );
  return { stops, state: folding.state(), folded: bytes };
}

describe('folding that goes on from its state', () => {
  it('comes to what it would have come to, broken off anywhere', async () => {
    const lateness = fc.array(fc.array(fc.constantFrom(0, 0, 0, 1, 3, 9), { maxLength: SEGMENTS }), {
      minLength: 3,
      maxLength: 3,
    });
    const moments = fc.record({
      lateness,
      ends: fc.array(fc.integer({ min: 0, max: SEGMENTS - 1 }), { minLength: 3, maxLength: 3 }),
      failures: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
      remembers: fc.boolean(),
      segmentsMax: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(moments, fc.boolean(), async ({ segmentsMax, ...given }, isBounded) => {
        const broken = isBounded ? { ...given, segmentsMax } : given;
        expect(await fold(broken)).toEqual(await fold({ ...given, failures: [], remembers: true }));
      }),
      { numRuns: 60 },
    );
  });

  it('reads nothing again of what was folded before', async () => {
    const folder = openRunFolder(createMemoryObjectStore(), 'run-1');
    for (const id of tasks) for (let index = 0; index < SEGMENTS; index++) await land(folder, id, index);
    const sources = tasks.map((id) => ({ id, mayWrite: true, segments: null }));
    const first = new LiveFolding(plan, folder, () => {});
    await first.advance({ goAtMs: GO_AT_MS, nowMs: GO_AT_MS + SEGMENTS * SEGMENT_SECONDS * 1000, sources });
    const reads: string[] = [];
    const watched: RunFolder = {
      ...folder,
      async get(path) {
        reads.push(path);
        return folder.get(path);
      },
    };
    const second = new LiveFolding(plan, watched, () => {}, foldingStateSchema.parse(first.state()));
    const nowMs = GO_AT_MS + (SEGMENTS + 1) * SEGMENT_SECONDS * 1000;
    await second.advance({ goAtMs: GO_AT_MS, nowMs, sources });
    expect(reads.filter((path) => !path.endsWith(`/${SEGMENTS}.seg`))).toEqual([]);
  });

  it('catches up with a task that was silent for long in bounded steps', async () => {
    const folder = openRunFolder(createMemoryObjectStore(), 'run-1');
    const [silent, ...others] = tasks as [TaskId, ...TaskId[]];
    const sources = tasks.map((id) => ({ id, mayWrite: true, segments: null }));
    for (const id of others) for (let index = 0; index < 50; index++) await land(folder, id, index);
    const folding = new LiveFolding(plan, folder, () => {});
    const at = (index: number) =>
      folding.advance({ goAtMs: GO_AT_MS, nowMs: GO_AT_MS + index * SEGMENT_SECONDS * 1000, sources });
    for (let index = 1; index <= 50; index++) await at(index);
    expect(folding.state().late).toEqual([{ ...silent, since: 0 }]);
    for (let index = 0; index < 53; index++) await land(folder, silent, index);
    for (const id of others) for (const index of [50, 51, 52]) await land(folder, id, index);
    const since: unknown[] = [];
    for (let index = 50; index <= 53; index++) {
      await at(index);
      since.push(folding.state().late[0]?.since ?? null);
    }
    expect(since).toEqual([20, 40, null, null]);
  });

  it('takes in what many tasks bring late index by index, not task by task', async () => {
    const inner = openRunFolder(createMemoryObjectStore(), 'run-1');
    const many = Array.from({ length: 40 }, (_, task) => ({ region: 'east', task }));
    const sources = many.map((id) => ({ id, mayWrite: true, segments: null }));
    let writes = 0;
    const folder: RunFolder = {
      ...inner,
      async put(path, body) {
        if (path.startsWith('folded/')) writes++;
        await inner.put(path, body);
      },
    };
    const folding = new LiveFolding(plan, folder, () => {});
    const at = (index: number) =>
      folding.advance({ goAtMs: GO_AT_MS, nowMs: GO_AT_MS + index * SEGMENT_SECONDS * 1000, sources });
    // A region that cannot be reached for a while; one of its tasks a little longer.
    for (let index = 1; index <= 6; index++) await at(index);
    expect(folding.state().late.filter(({ since }) => since === 0)).toHaveLength(many.length);
    const [last, ...others] = many as [TaskId, ...TaskId[]];
    for (const id of others) for (let index = 0; index < 8; index++) await land(inner, id, index);
    await at(7);
    await at(8);
    for (let index = 0; index < 9; index++) for (const id of many) await land(inner, id, index);
    await at(9);
    expect(folding.state().late).toEqual([]);
    // Of the nine indexes each once, those that closed without the last one once more.
    expect(writes).toBeLessThanOrEqual(2 * 9);
    for (let index = 0; index < 9; index++) {
      const folded = await FoldedSegment.load(inner, () => {}, last.region, index);
      expect([index, folded.tasks.size]).toEqual([index, many.length]);
    }
  });
});
