import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, OTHER_LABEL } from '../../../core/limits.ts';
import type { Window } from '../../../core/statistics/window.ts';
import { emptySample, SampleWindows } from './sample-windows.ts';

interface Seen {
  second: number;
  users: number;
  /** By label: requests, failures, sum of times, latest end. */
  labels: Record<string, { requests: number; failures: number; sumUs: number; lastEndedUs: number }>;
}

function recorded(mask: ((text: string) => string) | null = null): { windows: SampleWindows; seen: Seen[] } {
  const seen: Seen[] = [];
  const onWindow = ({ labels, second, task }: Window): void => {
    const entries = [...labels].map(([label, { failures, lastEndedUs, requests, serviceTime }]) => {
      expect(serviceTime.count).toBe(requests);
      return [label, { requests, failures, sumUs: serviceTime.sumUs, lastEndedUs }];
    });
    seen.push({ second, users: task.concurrencyMax, labels: Object.fromEntries(entries) });
  };
  return { windows: new SampleWindows({ mask, onWindow, exampleOf: () => null }), seen };
}

describe('windows of samples', () => {
  it('hold every sample in the second of its end, in whatever order they came while it was open', () => {
    const times = fc.record({ endMs: fc.nat(9_999), elapsedMs: fc.nat(500), label: fc.nat(2), fails: fc.boolean() });
    fc.assert(
      fc.property(fc.array(times), (samples) => {
        const { seen, windows } = recorded();
        const expected = new Map<string, { requests: number; failures: number; sumUs: number; lastEndedUs: number }>();
        for (const { elapsedMs, endMs, fails, label } of samples) {
          const [endUs, elapsedUs] = [endMs * 1_000, elapsedMs * 1_000];
          const error = fails ? windows.errorNumber('http', '500') : -1;
          windows.add({ ...emptySample(), label: windows.labelNumber(`l${label}`), endUs, elapsedUs, error }, 0);
          const key = `${Math.floor(endMs / 1_000)} l${label}`;
          const sum = expected.get(key) ?? { requests: 0, failures: 0, sumUs: 0, lastEndedUs: 0 };
          expected.set(key, {
            requests: sum.requests + 1,
            failures: sum.failures + (fails ? 1 : 0),
            sumUs: sum.sumUs + elapsedUs,
            lastEndedUs: Math.max(sum.lastEndedUs, endUs),
          });
        }
        windows.closeUntil(5_000_000);
        windows.finish();
        expect(windows.lateSamples).toBe(0);
        expect(seen.map(({ second }) => second)).toEqual(seen.map((_, second) => second));
        const found = seen.flatMap(({ labels, second }) =>
          Object.entries(labels).map(([label, sum]) => [`${second} ${label}`, sum]),
        );
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
      }),
    );
  });

  it('count late samples, those before go and those of the future, and say so of all but those before go', () => {
    const { seen, windows } = recorded();
    const add = (endUs: number) =>
      windows.add({ ...emptySample(), label: windows.labelNumber('a'), endUs, elapsedUs: 1_000 }, 0);
    add(-400_000);
    windows.closeUntil(3_000_000);
    add(1_500_000);
    windows.latestUs = 6_000_000;
    add(4_000_000_000_000);
    windows.finish();
    expect(windows.lateSamples).toBe(2);
    expect(seen.map(({ labels }) => labels.a?.requests ?? 0)).toEqual([1, 0, 0, 1, 0, 0, 1]);
    expect(seen[0]?.labels.a?.lastEndedUs).toBe(0);
    expect(seen[6]?.labels.a?.lastEndedUs).toBe(6_000_000);
  });

  it('have the users of all sources together, also while nothing ends', () => {
    const { seen, windows } = recorded();
    windows.setUsers(0, 100_000, 3);
    windows.setUsers(0, 900_000, 2);
    windows.add({ ...emptySample(), label: windows.labelNumber('a'), endUs: 500_000, users: 4 }, 1);
    windows.setUsers(1, 3_200_000, 1);
    windows.finish();
    expect(seen.map(({ users }) => users)).toEqual([7, 7, 7, 4]);
  });

  it('keep as many labels apart as a run may have, and show no secret in them', () => {
    const { seen, windows } = recorded((text) => text.replaceAll('hunter2', '[redacted]'));
    for (let i = 0; i < limits.labelsMax + 3; i++) {
      windows.add({ ...emptySample(), label: windows.labelNumber(`/${i}?key=hunter2`) }, 0);
    }
    windows.finish();
    const labels = Object.keys(seen[0]?.labels ?? {});
    expect(labels).toHaveLength(limits.labelsMax + 1);
    expect(seen[0]?.labels[OTHER_LABEL]?.requests).toBe(3);
    expect(labels.filter((label) => label.includes('hunter2'))).toEqual([]);
  });

  it('of a run without samples is one, which is empty', () => {
    const { seen, windows } = recorded();
    windows.finish();
    expect(seen).toEqual([{ second: 0, users: 0, labels: {} }]);
  });
});
