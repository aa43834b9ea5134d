import { describe, expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

describe('work in parallel', () => {
  it('is done for each item, so many at once', async () => {
    const done: number[] = [];
    let underWay = 0;
    let most = 0;
    await inParallel([3, 1, 2, 5, 4, 0], 3, async (item) => {
      most = Math.max(most, ++underWay);
      for (let turn = 0; turn < item; turn++) await Promise.resolve();
      underWay--;
      done.push(item);
    });
    expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(3);
  });

  it('begins nothing after a failure, and ends when what was under way has', async () => {
    const begun: number[] = [];
    let ended = 0;
    const work = async (item: number) => {
      begun.push(item);
      if (item === 1) throw new Error('no disk');
      await new Promise((resolve) => setImmediate(resolve));
      ended++;
    };
    await expect(inParallel([0, 1, 2, 3, 4, 5], 2, work)).rejects.toThrow('no disk');
    expect(begun).toEqual([0, 1]);
    expect(ended).toBe(1);
  });
});
