import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Sleeper, WakeHeap } from './wake-heap.ts';

it('gives out those that are due, the earliest first, and all of them once', () => {
  const action = fc.oneof(fc.record({ add: fc.nat({ max: 1_000 }) }), fc.record({ takeUntil: fc.nat({ max: 1_000 }) }));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const heap = new WakeHeap<Sleeper>();
      let expected: Sleeper[] = [];
      const first = (): number => Math.min(Number.POSITIVE_INFINITY, ...expected.map(({ wakeAtMs }) => wakeAtMs));
      for (const each of actions) {
        if ('add' in each) {
          const sleeper = { wakeAtMs: each.add };
          heap.add(sleeper);
          expected.push(sleeper);
        } else {
          for (let taken = heap.takeDue(each.takeUntil); taken !== null; taken = heap.takeDue(each.takeUntil)) {
            expect(taken.wakeAtMs).toBe(first());
            expect(expected).toContain(taken);
            expected = expected.filter((sleeper) => sleeper !== taken);
          }
          expect(first()).toBeGreaterThan(each.takeUntil);
        }
        expect(heap.nextMs).toBe(first());
        expect(heap.size).toBe(expected.length);
      }
    }),
  );
});
