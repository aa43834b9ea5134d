import { describe, expect, it } from 'vitest';
import { createManualClock } from '../adapters/memory/manual-clock.ts';
import { createReadiness } from './readiness.ts';

describe('readiness', () => {
  it('is there when every check passes', async () => {
    const ready = createReadiness({ store: async () => 5, queue: async () => {} }, Date.now);
    expect(await ready()).toEqual({ status: 'ready', checks: { store: 'ok', queue: 'ok' } });
  });

  it('is not there when one fails, throws or does not come back', async () => {
    const checks = {
      store: async () => {},
      queue: () => Promise.reject(new Error('secret')),
      objects: () => {
        throw new Error('secret');
      },
      launcher: () => new Promise(() => {}),
    };
    expect(await createReadiness(checks, Date.now, 20)()).toEqual({
      status: 'not ready',
      checks: { store: 'ok', queue: 'failed', objects: 'failed', launcher: 'failed' },
    });
  });

  it('is looked at once a second, however many ask', async () => {
    const clock = createManualClock();
    let looked = 0;
    const ready = createReadiness(
      {
        store: async () => {
          looked++;
        },
      },
      clock.now,
    );
    await Promise.all(Array.from({ length: 100 }, ready));
    clock.advance(999);
    await ready();
    expect(looked).toBe(1);
    clock.advance(1);
    await ready();
    expect(looked).toBe(2);
    clock.advance(-60_000);
    await ready();
    expect(looked).toBe(3);
  });
});
