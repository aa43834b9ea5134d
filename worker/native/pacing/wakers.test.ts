import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { AlarmThread, EARLY_MS_MAX } from './alarm-thread.ts';
import { AlarmWaker } from './alarm-waker.ts';
import { TimerWaker } from './timer-waker.ts';
import { waitUntil } from './wait-until.ts';
import type { CreateWaker, Waker } from './waker.ts';

const alarms: AlarmThread[] = [];
const wakers: Waker[] = [];
afterEach(() => {
  for (const waker of wakers.splice(0)) waker.close();
  for (const alarm of alarms.splice(0)) alarm.close();
});

async function alarmWaker(): Promise<CreateWaker> {
  const alarm = await AlarmThread.start();
  alarms.push(alarm);
  return (onWake) => new AlarmWaker(alarm, onWake);
}

describe.each<[string, () => Promise<CreateWaker>]>([
  ['on timers', async () => (onWake) => new TimerWaker(onWake)],
  ['on an alarm thread', alarmWaker],
])('a waker %s', (_, createWith) => {
  /** A waker, and the instants at which it called. */
  async function waker(onWake: (waker: Waker) => void = () => {}) {
    const create = await createWith();
    const wokeAtMs: number[] = [];
    const made = create(() => {
      wokeAtMs.push(performance.now());
      onWake(made);
    });
    wakers.push(made);
    return { waker: made, wokeAtMs };
  }

  it('wakes once, not too early', async () => {
    const { waker: subject, wokeAtMs } = await waker();
    const dueMs = performance.now() + 20;
    subject.wakeAt(dueMs);
    expect(wokeAtMs).toEqual([]);
    await expect.poll(() => wokeAtMs.length).toBe(1);
    expect(wokeAtMs[0]).toBeGreaterThanOrEqual(dueMs);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(wokeAtMs.length).toBe(1);
  });

  it('wakes for an instant that has passed, but not from within the call', async () => {
    const { waker: subject, wokeAtMs } = await waker();
    subject.wakeAt(performance.now() - 5);
    expect(wokeAtMs).toEqual([]);
    await expect.poll(() => wokeAtMs.length).toBe(1);
  });

  it('takes the newest instant, earlier or later', async () => {
    const { waker: subject, wokeAtMs } = await waker();
    const nowMs = performance.now();
    subject.wakeAt(nowMs + 60_000);
    subject.wakeAt(nowMs + 10);
    await expect.poll(() => wokeAtMs.length).toBe(1);
    subject.wakeAt(performance.now() + 10);
    const laterMs = performance.now() + 60;
    subject.wakeAt(laterMs);
    await expect.poll(() => wokeAtMs.length).toBe(2);
    expect(wokeAtMs[1]).toBeGreaterThanOrEqual(laterMs);
  });

  it('wakes again and again', async () => {
    const dueMs: number[] = [];
    const { waker: subject, wokeAtMs } = await waker((self) => {
      if (dueMs.length === 300) return;
      dueMs.push(performance.now() + (dueMs.length % 5) / 4);
      self.wakeAt(dueMs.at(-1) ?? 0);
    });
    dueMs.push(performance.now());
    subject.wakeAt(dueMs[0] ?? 0);
    await expect.poll(() => wokeAtMs.length, { timeout: 20_000 }).toBe(300);
    for (const [index, atMs] of wokeAtMs.entries()) expect(atMs).toBeGreaterThanOrEqual(dueMs[index] ?? 0);
  });

  it('sleeps for ever when told so, and after close', async () => {
    const { waker: subject, wokeAtMs } = await waker();
    subject.wakeAt(performance.now() + 5);
    subject.wakeAt(Number.POSITIVE_INFINITY);
    await new Promise((resolve) => setTimeout(resolve, 30));
    subject.wakeAt(performance.now() + 5);
    subject.close();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(wokeAtMs).toEqual([]);
  });
});

describe('an alarm thread', () => {
  // It expects the pace that it has seen: the next one may come then, before, later, or much later.
  it('keeps each appointment, whatever it expected', async () => {
    const alarm = await AlarmThread.start();
    alarms.push(alarm);
    const steady = Array.from({ length: 40 }, () => 1);
    const gapsMs = [...steady, 0.1, 3, 3, 0.5, 0, ...steady, 40, 1, 1, 20, 20, 0.97, 0.95, 0.93, 1.02, 1.05, ...steady];
    for (const gapMs of gapsMs) {
      const dueMs = performance.now() + gapMs;
      const heard = new Promise<number>((resolve) => {
        alarm.onAlarm = () => resolve(performance.now());
      });
      alarm.set(dueMs);
      expect(await heard).toBeGreaterThanOrEqual(dueMs - EARLY_MS_MAX);
    }
  });

  it('lets an order that comes before the last one was due take its place', async () => {
    const alarm = await AlarmThread.start();
    alarms.push(alarm);
    for (let round = 0; round < 200; round++) {
      const heard = Promise.withResolvers<number>();
      const nowMs = performance.now();
      // The expected instant is now a millisecond away, and both before and behind what is asked for.
      alarm.onAlarm = () => heard.resolve(performance.now());
      alarm.set(nowMs + 60_000);
      if (round % 3 === 0) alarm.set(nowMs + 5);
      alarm.set(nowMs + 1 + (round % 4) / 4);
      expect(await heard.promise).toBeGreaterThanOrEqual(nowMs + 1 - EARLY_MS_MAX);
    }
  });

  it('hears an order that comes while it sleeps towards a far one', async () => {
    const alarm = await AlarmThread.start();
    alarms.push(alarm);
    const heardAt = (dueMs: number) => {
      const heard = new Promise<number>((resolve) => {
        alarm.onAlarm = () => resolve(performance.now());
      });
      alarm.set(dueMs);
      return heard;
    };
    for (let round = 0; round < 10; round++) {
      // So that it expects something 5 ms from now, wakes then, and finds the far order.
      await heardAt(performance.now());
      await heardAt(performance.now() + 5);
      alarm.set(performance.now() + 60_000);
      await new Promise((resolve) => setTimeout(resolve, round * 2));
      const dueMs = performance.now() + (round % 2);
      expect(await heardAt(dueMs)).toBeGreaterThanOrEqual(dueMs - EARLY_MS_MAX);
    }
  });

  it('keeps the appointments of any sequence of orders', async () => {
    const alarm = await AlarmThread.start();
    alarms.push(alarm);
    const gap = fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.constantFrom(0, 1, 2, 60_000));
    const order = fc.record({ dueInMs: gap, thenPauseMs: fc.constantFrom(0, 0, 0, 1, 3) });
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 20 }), async (orders) => {
        let dueMs = Number.POSITIVE_INFINITY;
        const heard = Promise.withResolvers<number>();
        // As its user does: an alarm that is not due is asked for again.
        alarm.onAlarm = () => {
          if (performance.now() >= dueMs - EARLY_MS_MAX) heard.resolve(performance.now());
          else if (dueMs !== Number.POSITIVE_INFINITY) alarm.set(dueMs);
        };
        for (const { dueInMs, thenPauseMs } of orders) {
          dueMs = performance.now() + dueInMs;
          alarm.set(dueMs);
          if (thenPauseMs > 0) await new Promise((resolve) => setTimeout(resolve, thenPauseMs));
        }
        dueMs = performance.now() + 1;
        alarm.set(dueMs);
        await heard.promise;
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});

describe('waitUntil', () => {
  it('waits, but not too short', async () => {
    const dueMs = performance.now() + 15;
    await waitUntil(dueMs, new AbortController().signal);
    expect(performance.now()).toBeGreaterThanOrEqual(dueMs);
  });

  it('ends at once when aborted, before or meanwhile', async () => {
    const controller = new AbortController();
    const waiting = waitUntil(performance.now() + 60_000, controller.signal);
    controller.abort();
    await waiting;
    await waitUntil(performance.now() + 60_000, controller.signal);
  });
});
