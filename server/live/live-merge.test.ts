import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { LiveMerge } from './live-merge.ts';

function window(
  region: string,
  task: number,
  seq: number,
  changes: Partial<LiveWindow> & { ms?: number } = {},
): LiveWindow {
  const total = new Statistics();
  total.requests = 10;
  total.failures = 1;
  total.concurrencyMax = 3;
  for (let i = 0; i < 10; i++) total.serviceTime.record((changes.ms ?? 5) * 1_000);
  const { ms: _ms, ...rest } = changes;
  return { region, task, seq, second: seq, seconds: 1, total, labels: [], ...rest };
}

describe('live windows', () => {
  it('are merged over tasks and regions', () => {
    const merge = new LiveMerge();
    expect(merge.newest()).toBeNull();
    merge.add(window('east', 0, 0));
    merge.add(window('east', 1, 0));
    merge.add(window('west', 0, 0, { ms: 50 }));
    expect(merge.newest()).toMatchObject({
      second: 0,
      users: 9,
      requestsPerSecond: 30,
      failures: 3,
      regions: { east: { users: 6, requestsPerSecond: 20, p95Ms: 5 }, west: { requestsPerSecond: 10, p95Ms: 50 } },
    });
    expect(merge.newest()?.p95Ms).toBe(50);
    expect(merge).toMatchObject({ requests: 30, failures: 3 });
  });

  it('count once, in whatever order and however often they come', () => {
    const windows = [0, 1, 2].flatMap((seq) => [
      window('east', 0, seq),
      window('east', 1, seq),
      window('west', 0, seq),
    ]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...windows)), (again) => {
        const merge = new LiveMerge();
        for (const one of [...again, ...windows, ...again]) merge.add(one);
        expect(merge).toMatchObject({ requests: 90, failures: 9 });
        expect(merge.newest()).toMatchObject({ second: 2, requestsPerSecond: 30 });
      }),
    );
  });

  it('show the second of which all have told, not a newer one of which only some have', () => {
    const merge = new LiveMerge();
    for (const seq of [4, 5]) for (const task of [0, 1]) merge.add(window('east', task, seq));
    merge.add(window('east', 0, 6));
    expect(merge.newest()).toMatchObject({ second: 5, requestsPerSecond: 20 });
    merge.add(window('east', 1, 6));
    expect(merge.newest()?.second).toBe(6);
  });

  it('go on without a task that tells no more', () => {
    const merge = new LiveMerge();
    for (const task of [0, 1]) merge.add(window('east', task, 0));
    for (let seq = 1; seq <= 5; seq++) merge.add(window('east', 0, seq));
    expect(merge.newest()).toMatchObject({ second: 5, requestsPerSecond: 10 });
  });

  it('give rates per second, also when they cover several', () => {
    const merge = new LiveMerge();
    merge.add(window('east', 0, 2, { second: 10, seconds: 5 }));
    expect(merge.newest()).toMatchObject({ second: 14, requestsPerSecond: 2 });
  });

  it('are dropped when they come much too late', () => {
    const merge = new LiveMerge();
    merge.add(window('east', 0, 100));
    expect(merge.add(window('east', 1, 40))).toBe(false);
    expect(merge.add(window('east', 1, 41))).toBe(true);
    expect(merge.requests).toBe(20);
  });
});
