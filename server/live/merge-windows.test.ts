import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLiveMessage } from '../../core/live/live-message.ts';
import { LiveParts } from '../../core/live/live-parts.ts';
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import { plain } from '../../core/statistics/fixtures/samples.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { LIVE_PAYLOAD_BYTES_MAX } from '../ports/live-channel.ts';
import { mergeWindows } from './merge-windows.ts';

/** `spread`: how many different durations and types of errors. */
function window(task: number, seq: number, { spread = 5, labels = 1, region = 'east' } = {}): LiveWindow {
  const total = new Statistics();
  for (let i = 0; i < spread; i++) {
    total.requests++;
    total.serviceTime.record(1 + Math.round(1.02 ** (i % 1_000)) * (task + 1));
    if (i % 10 === 0) total.countError({ type: `type ${i} of task ${task}`, message: '', count: 1, example: null });
  }
  const named = Array.from({ length: labels }, (_, i) => ({
    label: `task ${task} ${i}`,
    requests: 1,
    failures: 0,
    sumUs: 1,
  }));
  return { region, task, seq, second: seq, seconds: 1, total, labels: named };
}

const decoded = (windows: LiveWindow[], bytesMax = LIVE_PAYLOAD_BYTES_MAX) =>
  mergeWindows(windows, bytesMax).map(({ payload }) => decodeLiveMessage(payload));

describe('windows that come together', () => {
  it('become one message for each region and interval, the oldest first', () => {
    const windows = [window(0, 3), window(1, 2), window(0, 2), window(0, 2, { region: 'west' }), window(1, 3)];
    expect(decoded(windows)).toMatchObject([
      { region: 'east', index: 2, tasks: [0, 1], total: { requests: 10 } },
      { region: 'west', index: 2, tasks: [0], total: { requests: 5 } },
      { region: 'east', index: 3, tasks: [0, 1], total: { requests: 10 } },
    ]);
    expect(mergeWindows([], 1_000)).toEqual([]);
  });

  it('count once', () => {
    expect(decoded([window(0, 0), window(0, 0), window(1, 0), window(0, 0)])).toMatchObject([
      { tasks: [0, 1], total: { requests: 10 } },
    ]);
  });

  it('lose their labels first, and go in several messages then', () => {
    const windows = Array.from({ length: 6 }, (_, task) => window(task, 0, { spread: 200, labels: 20 }));
    const [whole] = mergeWindows(windows, LIVE_PAYLOAD_BYTES_MAX);
    const size = whole?.payload.length ?? 0;
    expect(decoded(windows)[0]?.labels.size).toBe(120);
    const [bare, ...rest] = decoded(windows, size - 1);
    expect([bare?.labels.size, bare?.tasks.length, rest]).toEqual([0, 6, []]);
    const parts = decoded(windows, Math.round(size / 3));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap(({ tasks }) => tasks)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(decoded(windows, 10)).toEqual([]);
  });

  it('show the same in whatever batches they came, and however small messages must be', () => {
    const windows = Array.from({ length: 12 }, (_, i) => window(i % 4, Math.floor(i / 4), { spread: 60, labels: 5 }));
    const shown = (messages: ReturnType<typeof decoded>) => {
      const parts = new LiveParts(10);
      for (const message of messages) parts.add(message);
      return parts.moments().map((moment) => ({ ...moment, total: plain(moment.total) }));
    };
    const whole = shown(decoded(windows));
    const bytes = Math.max(
      ...mergeWindows([...windows.slice(0, 4)].slice(0, 1), 1e6).map(({ payload }) => payload.length),
    );
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: bytes * 2, max: bytes * 6 }),
        (batchOf, bytesMax) => {
          const messages = [0, 1, 2, 3].flatMap((batch) =>
            mergeWindows(
              windows.filter((_, i) => batchOf[i] === batch),
              bytesMax,
            ),
          );
          for (const { payload } of messages) expect(payload.length).toBeLessThanOrEqual(bytesMax);
          expect(shown(messages.map(({ payload }) => decodeLiveMessage(payload)))).toEqual(whole);
        },
      ),
      { numRuns: 25 },
    );
  });
});
