import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, OTHER_LABEL } from '../../../core/limits.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { totalOfWindow } from '../../../core/statistics/window.ts';
import { failure } from '../failure.ts';
import { type ExchangeChanges, exchangeOf } from '../testing/made-up-exchange.ts';
import { Recorder } from './recorder.ts';

const closedTimes = { plannedAtMs: null, isLate: false };

interface Seen {
  second: number;
  labels: Record<string, { requests: number; concurrencyMax: number }>;
  users: number;
  dropped: number;
}

function record() {
  const windows: Seen[] = [];
  const total = new Statistics();
  const recorder = new Recorder((window) => {
    windows.push({
      second: window.second,
      labels: Object.fromEntries(
        [...window.labels].map(([label, { concurrencyMax, requests }]) => [label, { requests, concurrencyMax }]),
      ),
      users: window.task.concurrencyMax,
      dropped: window.task.droppedStarts,
    });
    total.addLater(totalOfWindow(window));
  });
  const request = (
    label: string,
    changes: ExchangeChanges = {},
    times: Parameters<Recorder['ended']>[2] = closedTimes,
  ): number => {
    const found = recorder.recordOf(label);
    found.began();
    return recorder.ended(found, exchangeOf(changes), times, changes.failure ?? null, `GET /${label}`);
  };
  return { recorder, request, windows, total };
}

describe('windows', () => {
  it('hold what ended in their second; seconds without samples have one too', () => {
    const { recorder, request, windows } = record();
    recorder.start(1_000);
    request('a', { sentAtMs: 1_100, endedAtMs: 1_999.9 });
    request('b', { sentAtMs: 1_100, endedAtMs: 2_000 });
    request('a', { sentAtMs: 1_100, endedAtMs: 4_500 });
    recorder.finish(4_600);
    const ended = windows.map(({ labels }) => Object.entries(labels).filter(([, { requests }]) => requests > 0));
    expect(windows.map(({ second }) => second)).toEqual([0, 1, 2, 3]);
    expect(ended.map((labels) => labels.map(([label, { requests }]) => `${requests} ${label}`))).toEqual([
      ['1 a'],
      ['1 b'],
      [],
      ['1 a'],
    ]);
  });

  it('come by the clock, without samples', () => {
    const { recorder, windows } = record();
    recorder.start(0);
    recorder.closeSeconds(999);
    expect(windows).toEqual([]);
    recorder.closeSeconds(2_000);
    expect(windows.map(({ second }) => second)).toEqual([0, 1]);
  });

  it('a run that did nothing has one; an empty rest of a second has none', () => {
    const short = record();
    short.recorder.start(0);
    short.recorder.finish(10);
    expect(short.windows.length).toBe(1);
    const long = record();
    long.recorder.start(0);
    long.recorder.finish(1_000.1);
    expect(long.windows.length).toBe(1);
  });

  it('the last one tells of dropped starts even if nothing else happened in it', () => {
    const { recorder, windows, total } = record();
    recorder.start(0);
    recorder.closeSeconds(1_000);
    recorder.droppedStarts(7);
    recorder.finish(1_001);
    expect(windows.map(({ dropped }) => dropped)).toEqual([0, 7]);
    expect(total).toMatchObject({ plannedStarts: 7, droppedStarts: 7, requests: 0 });
  });

  it('carry users and requests under way into the next second', () => {
    const { recorder, windows } = record();
    recorder.start(0);
    const slow = recorder.recordOf('slow');
    recorder.usersChanged(3);
    slow.began();
    slow.began();
    recorder.closeSeconds(1_000);
    recorder.usersChanged(-2);
    recorder.closeSeconds(2_000);
    recorder.ended(slow, exchangeOf({ endedAtMs: 2_500 }), closedTimes, null, '');
    recorder.dropped(slow, closedTimes);
    recorder.closeSeconds(4_000);
    expect(windows.map(({ labels, users }) => [labels.slow?.concurrencyMax, users])).toEqual([
      [2, 3],
      [2, 3],
      [2, 1],
      [undefined, 1],
    ]);
  });

  it('say to go on from a fresh instant when they were handed over meanwhile', () => {
    const { recorder, request } = record();
    const startMs = performance.now() - 1_500;
    recorder.start(startMs);
    const endedAtMs = startMs + 1_400;
    expect(request('a', { sentAtMs: startMs + 1, endedAtMs })).toBeGreaterThan(endedAtMs);
    expect(request('a', { sentAtMs: startMs + 2, endedAtMs: endedAtMs + 1 })).toBe(endedAtMs + 1);
  });
});

describe('samples', () => {
  it('of the closed model have one time, those of the open model two', () => {
    const { recorder, request, total } = record();
    recorder.start(0);
    request('a', { sentAtMs: 100, firstByteAtMs: 103.4, endedAtMs: 110.6, resolveMs: 0.3, connectMs: 1.2, tlsMs: 2.5 });
    expect(recorder.recordOf('a').statistics.responseTime).toBeNull();
    request('a', { sentAtMs: 120, firstByteAtMs: -1, endedAtMs: 130 }, { plannedAtMs: 50, isLate: true });
    request('a', { sentAtMs: 120, firstByteAtMs: 121, endedAtMs: 125, code: 404 });
    recorder.finish(200);
    expect(total).toMatchObject({
      requests: 3,
      plannedStarts: 3,
      lateStarts: 1,
      bytesSent: 300,
      bytesReceived: 600,
      lastEndedUs: 130_000,
    });
    expect(total.serviceTime).toMatchObject({ count: 3, sumUs: 10_600 + 10_000 + 5_000 });
    expect(total.responseTime).toMatchObject({ count: 3, sumUs: 10_600 + 80_000 + 5_000 });
    expect(total.timeToFirstByte).toMatchObject({ count: 2, sumUs: 3_400 + 1_000 });
    expect(total.transfer).toMatchObject({ count: 2, sumUs: 7_200 + 4_000 });
    expect(total.resolve).toMatchObject({ count: 1, sumUs: 300 });
    expect(total.connect).toMatchObject({ count: 1, sumUs: 1_200 });
    expect(total.tls).toMatchObject({ count: 1, sumUs: 2_500 });
    expect(Object.fromEntries(total.codes)).toEqual({ 200: 2, 404: 1 });
  });

  it('are all counted, whatever their labels, codes and seconds', () => {
    const sample = fc.record({
      label: fc.constantFrom('a', 'b', 'c'),
      code: fc.constantFrom(0, 200, 302, 500),
      gapMs: fc.nat({ max: 700 }),
      outcome: fc.constantFrom('ended', 'failed', 'dropped'),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), (samples) => {
        const { recorder, total, windows } = record();
        recorder.start(0);
        let nowMs = 0;
        for (const { label, code, gapMs, outcome } of samples) {
          nowMs += gapMs;
          const found = recorder.recordOf(label);
          found.began();
          const broken = outcome === 'failed' ? failure('reset', 'it broke') : null;
          if (outcome === 'dropped') recorder.dropped(found, closedTimes);
          else recorder.ended(found, exchangeOf({ sentAtMs: nowMs, endedAtMs: nowMs, code }), closedTimes, broken, '');
        }
        recorder.finish(nowMs);
        const count = (outcome: string): number => samples.filter((each) => each.outcome === outcome).length;
        const dropped = count('dropped');
        expect(total).toMatchObject({
          requests: samples.length - dropped,
          failures: count('failed'),
          unfinishedRequests: dropped,
          plannedStarts: samples.length,
        });
        for (const code of [200, 302, 500]) {
          const expected = samples.filter((each) => each.code === code && each.outcome !== 'dropped').length;
          expect(total.codes.get(code) ?? 0).toBe(expected);
        }
        expect(total.codes.has(0)).toBe(false);
        expect(windows.map(({ second }) => second)).toEqual(windows.map((_, index) => index));
      }),
    );
  });
});

describe('limits', () => {
  it('labels above the limit share one', () => {
    const { recorder, request, total, windows } = record();
    recorder.start(0);
    for (let label = 0; label < limits.labelsMax + 5; label++) request(`l${label}`);
    request('l0');
    request(`l${limits.labelsMax}`);
    recorder.finish(500);
    const { labels = {} } = windows[0] ?? {};
    expect(Object.keys(labels).length).toBe(limits.labelsMax + 1);
    expect(labels[OTHER_LABEL]?.requests).toBe(6);
    expect(labels.l0?.requests).toBe(2);
    expect(total.requests).toBe(limits.labelsMax + 7);
  });

  it('kinds of errors above the limit are counted as others, over the whole run', () => {
    const { recorder, request, total } = record();
    recorder.start(0);
    for (let kind = 0; kind < limits.errorTypesMax + 50; kind++) {
      request('a', { endedAtMs: kind * 100, failure: failure('reset', `kind ${kind}`) });
    }
    request('a', { endedAtMs: 20_000, failure: failure('reset', 'kind 0') });
    recorder.finish(20_001);
    expect(total.errors.size).toBe(limits.errorTypesMax + 1);
    expect([...total.errors.values()].find(({ type }) => type === 'other')?.count).toBe(50);
    expect([...total.errors.values()].find(({ message }) => message === 'kind 0')?.count).toBe(2);
    expect(total.failures).toBe(limits.errorTypesMax + 51);
  });

  it('an example is kept once for a label and kind, and cut to its limit without half characters', () => {
    const { recorder, request, total } = record();
    recorder.start(0);
    const start = 'ä'.repeat(limits.errorExampleBytesMax);
    request('a', { endedAtMs: 1, start, failure: failure('http', 'bad') });
    request('a', { endedAtMs: 1_500, start: 'another', failure: failure('http', 'bad') });
    recorder.finish(1_600);
    const [error] = total.errors.values();
    expect(error?.count).toBe(2);
    expect(error?.example).toMatch(/^GET \/a\nä+$/);
    expect(Buffer.byteLength(error?.example ?? '')).toBeLessThanOrEqual(limits.errorExampleBytesMax);
    expect(Buffer.byteLength(error?.example ?? '')).toBeGreaterThan(limits.errorExampleBytesMax - 3);
  });

  it('all examples together have a limit too', () => {
    const { recorder, request, total } = record();
    recorder.start(0);
    for (let kind = 0; kind < 90; kind++) {
      request('a', { endedAtMs: kind, start: 'x'.repeat(5_000), failure: failure('http', `kind ${kind}`) });
    }
    recorder.finish(100);
    const bytes = [...total.errors.values()].map(({ example }) => Buffer.byteLength(example ?? ''));
    expect(bytes.reduce((sum, length) => sum + length, 0)).toBe(limits.errorExamplesBytesMax);
    expect([...total.errors.values()].at(-1)?.example).toBeNull();
  });
});
