import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quickPaceMs, SPARING_SECONDS, sparingPaceMs, sparingSegmentsMax } from './pace.ts';
import { finalPhases, phases, type Run } from './run.ts';
import { newRun, START_MS } from './simulation/simulate.ts';

const plan = { segmentSeconds: 10, criteria: [] };
const HOUR = 3_600;

function running(changes: Partial<Run> = {}, tasks = 4): Run {
  return { ...newRun({ a: tasks }, 100, HOUR), phase: 'running', goAtMs: START_MS, durationSeconds: HOUR, ...changes };
}

const seconds = (run: Run, sinceGo: number, of = plan) => sparingPaceMs(run, of, START_MS + sinceGo * 1000) / 1000;

describe('the sparing pace', () => {
  it('looks more often where something is about to change', () => {
    expect([0, 60, 120, 300, 600, 1_800, 3_000, 3_300, 3_500, 3_590].map((at) => seconds(running(), at))).toEqual([
      5, 5, 6, 15, 30, 30, 30, 15, 5, 5,
    ]);
  });

  it('looks again just behind the planned end, then more and more seldom', () => {
    expect(seconds(running(), HOUR - 4)).toBe(5);
    expect(seconds(running({ durationSeconds: 20 }), 17)).toBe(5);
    expect(seconds(running(), HOUR + 10)).toBe(5);
    expect(seconds(running(), HOUR + 400)).toBe(20);
    expect(seconds(running(), HOUR + 4_000)).toBe(30);
  });

  it('folds no more than a tick can', () => {
    expect(seconds(running({}, 1_000), 1_800)).toBe(5);
    expect(seconds(running({}, 10_000), 1_800)).toBe(30);
    // As many as fall due, and a quarter more.
    const most = (tasks: number, segmentSeconds: number) => sparingSegmentsMax(running({}, tasks), { segmentSeconds });
    expect([most(10, 10), most(1_000, 30), most(10_000, 30)]).toEqual([200, 209, 12_500]);
  });

  it('comes with each segment when a criterion may stop the run', () => {
    const criterion = { stop: true, timeframeSeconds: 10 } as never;
    expect(seconds(running(), 1_800, { segmentSeconds: 10, criteria: [criterion] })).toBe(10);
  });

  it('waits longer and longer for a report that cannot be made', () => {
    const waits = [0, 1, 2, 5, 7].map((reportAttempts) =>
      seconds(running({ phase: 'parsing results', reportAttempts }), 0),
    );
    expect(waits).toEqual([1, 1, 2, 16, 60]);
  });

  it('is whole seconds and within its bounds while there is a load, whatever the run', () => {
    const any = fc.record({
      phase: fc.constantFrom(...phases.filter((phase) => !finalPhases.has(phase) && phase !== 'parsing results')),
      tasks: fc.integer({ min: 1, max: 10_000 }),
      durationSeconds: fc.option(fc.double({ min: 0.001, max: 3e6, noNaN: true })),
      stopAtMs: fc.constantFrom(null, START_MS),
      segmentSeconds: fc.integer({ min: 1, max: 30 }),
      sinceGo: fc.double({ min: -10, max: 3e6, noNaN: true }),
    });
    fc.assert(
      fc.property(any, ({ phase, tasks, durationSeconds, stopAtMs, segmentSeconds, sinceGo }) => {
        const run = running({ phase, durationSeconds, stopAtMs }, tasks);
        const wait = seconds(run, sinceGo, { segmentSeconds, criteria: [] });
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(SPARING_SECONDS.min);
        expect(wait).toBeLessThanOrEqual(SPARING_SECONDS.max);
      }),
    );
  });
});

describe('the quick pace', () => {
  it('never waits long enough to be noticed', () => {
    for (const phase of phases) expect(quickPaceMs(running({ phase }), plan, START_MS + 10_000)).toBeLessThan(501);
  });
});
