import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Control } from '../run-folder/run-folder.ts';
import { advanceControl, type ControlOrder } from './advance-control.ts';

const anyOrder: fc.Arbitrary<ControlOrder> = fc.oneof(
  fc.record({ kind: fc.constant('go' as const), leadMs: fc.integer({ min: 2_000, max: 5_000 }) }),
  fc.record({
    kind: fc.constant('control' as const),
    state: fc.constantFrom('wait' as const, 'go' as const, 'stop' as const),
    goAtMs: fc.constantFrom(null, 1_000, 2_000),
    stopReason: fc.constantFrom(null, 'cancelled' as const, 'failed' as const),
  }),
);

describe('advanceControl', () => {
  it('gives the start instant from the moment of writing', () => {
    const waiting: Control = { revision: 4, state: 'wait', goAtMs: null, stopReason: null };
    expect(advanceControl(waiting, { kind: 'go', leadMs: 3_000 }, 10_000)).toEqual({
      revision: 5,
      state: 'go',
      goAtMs: 13_000,
      stopReason: null,
    });
  });

  it('keeps the start instant and the first reason when the run is stopped twice', () => {
    const going: Control = { revision: 5, state: 'go', goAtMs: 13_000, stopReason: null };
    const stopped = advanceControl(going, { kind: 'control', state: 'stop', goAtMs: null, stopReason: 'criterion' }, 0);
    expect(stopped).toEqual({ revision: 6, state: 'stop', goAtMs: 13_000, stopReason: 'criterion' });
    const again = advanceControl(stopped, { kind: 'control', state: 'stop', goAtMs: null, stopReason: 'cancelled' }, 0);
    expect(again).toEqual({ ...stopped, revision: 7 });
  });

  it('goes no way back in any row of orders, and grows its revision by one each time', () => {
    fc.assert(
      fc.property(fc.array(anyOrder, { maxLength: 12 }), (orders) => {
        let before: Control | null = null;
        for (const [i, given] of orders.entries()) {
          const after: Control = advanceControl(before, given, 100_000 + i);
          expect(after.revision).toBe((before?.revision ?? 0) + 1);
          const states = ['wait', 'go', 'stop'];
          expect(states.indexOf(after.state)).toBeGreaterThanOrEqual(states.indexOf(before?.state ?? 'wait'));
          if (before?.goAtMs != null) expect(after.goAtMs).toBe(before.goAtMs);
          if (before?.state === 'stop') expect(after).toEqual({ ...before, revision: after.revision });
          before = after;
        }
      }),
    );
  });
});
