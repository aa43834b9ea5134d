import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readPartsAhead } from './read-parts-ahead.ts';

async function all<Part>(parts: AsyncIterable<Part>, limit = Number.POSITIVE_INFINITY): Promise<Part[]> {
  const got: Part[] = [];
  for await (const part of parts) {
    got.push(part);
    if (got.length === limit) break;
  }
  return got;
}

describe('reading ahead', () => {
  it('gives parts in order, whatever order they come in, and reads no more ahead than it may', async () => {
    let underWay = 0;
    let most = 0;
    const read = async (index: number) => {
      most = Math.max(most, ++underWay);
      for (let turns = index % 3; turns >= 0; turns--) await turn();
      underWay--;
      return index;
    };
    expect(await all(readPartsAhead({ from: 2, to: 12, ahead: 3 }, read))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(most).toBe(4);
    expect(await all(readPartsAhead({ from: 5, to: 5, ahead: 3 }, read))).toEqual([]);
  });

  it('fails when it is the turn of what failed, long as that may be', async () => {
    const got: number[] = [];
    const failing = async (index: number) => {
      if (index === 2) throw new Error('no network');
      // Meanwhile nobody waits for the one that has failed.
      for (let turns = 0; turns < 5; turns++) await turn();
      return index;
    };
    const reading = (async () => {
      for await (const part of readPartsAhead({ from: 0, to: 9, ahead: 8 }, failing)) got.push(part);
    })();
    await expect(reading).rejects.toThrow('no network');
    expect(got).toEqual([0, 1]);
  });

  it('ends with what it began when nobody wants more, whatever becomes of that', async () => {
    let underWay = 0;
    const read = async (index: number) => {
      underWay++;
      await turn();
      underWay--;
      if (index > 0) throw new Error('no network');
      return index;
    };
    expect(await all(readPartsAhead({ from: 0, to: 9, ahead: 2 }, read), 1)).toEqual([0]);
    expect(underWay).toBe(0);
  });
});
