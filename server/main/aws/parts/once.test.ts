import { describe, expect, it } from 'vitest';
import { once, onceEach } from './once.ts';

describe('what is made once', () => {
  it('is made at the first use, and kept', () => {
    let made = 0;
    const part = once(() => ({ number: ++made }));
    expect(made).toBe(0);
    expect(part()).toBe(part());
    expect(made).toBe(1);
  });

  it('is made again after it has failed, and not by each of those who wait', async () => {
    let tries = 0;
    const part = once(async () => {
      if (++tries === 1) throw new Error('not yet');
      return tries;
    });
    await expect(Promise.all([part(), part()])).rejects.toThrow('not yet');
    expect(tries).toBe(1);
    expect(await Promise.all([part(), part()])).toEqual([2, 2]);
  });

  it('is made again when making it throws', () => {
    let tries = 0;
    const part = once(() => {
      if (++tries === 1) throw new Error('not yet');
      return tries;
    });
    expect(part).toThrow('not yet');
    expect(part()).toBe(2);
  });

  it('is another one for each name', () => {
    const part = onceEach((region) => ({ region }));
    expect(part('east')).toBe(part('east'));
    expect(part('west')).toEqual({ region: 'west' });
  });
});
