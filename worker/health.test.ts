import { describe, expect, it } from 'vitest';
import { Distribution } from '../core/statistics/distribution.ts';
import { type HealthSource, processHealthSource, quantilesMs, startHealthMonitor } from './health.ts';

/** A process whose CPU use per second is given in per cent. */
function source(): HealthSource & { pass(ms: number, percent: number): void; stopped: number } {
  let nowMs = 5_000;
  let cpuUs = 123;
  let sample = (): void => {};
  return {
    stopped: 0,
    monotonicMs: () => nowMs,
    cpuUs: () => cpuUs,
    memoryBytesMax: () => 77,
    watchEventLoop: () => ({ stop: () => ({ p50: 1, p99: 2, max: 3 }) }),
    everySecond(callback) {
      sample = callback;
      return () => {
        this.stopped++;
      };
    },
    pass(ms, percent) {
      nowMs += ms;
      cpuUs += ms * percent * 10;
      sample();
    },
  };
}

describe('startHealthMonitor', () => {
  it('tells maximum, mean and the longest stretch at the limit', () => {
    const process = source();
    const monitor = startHealthMonitor(process, { loopThreads: 1 });
    for (const percent of [50, 96, 99, 40, 96, 100, 120, 95]) process.pass(1_000, percent);
    expect(monitor.stop()).toEqual({
      cpuPercentMax: 120,
      cpuPercentMean: 87,
      cpuSaturatedSecondsMax: 3,
      eventLoopLagMs: { p50: 1, p99: 2, max: 3 },
      memoryBytesMax: 77,
    });
    expect(process.stopped).toBe(1);
  });

  it('counts seconds as long as they really were, and the limit per thread', () => {
    const process = source();
    const monitor = startHealthMonitor(process, { loopThreads: 2 });
    process.pass(2_500, 191);
    process.pass(1_000, 189);
    expect(monitor.stop().cpuSaturatedSecondsMax).toBe(2.5);
  });

  it('takes no maximum from a moment, but has one for a short load', () => {
    const long = source();
    const monitor = startHealthMonitor(long, { loopThreads: 1 });
    long.pass(1_000, 10);
    long.pass(20, 100);
    expect(monitor.stop().cpuPercentMax).toBe(10);

    const short = source();
    const shortMonitor = startHealthMonitor(short, { loopThreads: 1 });
    short.pass(300, 80);
    expect(shortMonitor.stop()).toMatchObject({ cpuPercentMax: 80, cpuPercentMean: 80 });
    expect(shortMonitor.stop()).toMatchObject({ cpuPercentMax: 80 });
  });

  it('sees CPU use and a blocked event loop of this process', async () => {
    const monitor = startHealthMonitor(processHealthSource, { loopThreads: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const blockedUntil = performance.now() + 300;
    while (performance.now() < blockedUntil);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { cpuPercentMean, eventLoopLagMs, memoryBytesMax } = monitor.stop();
    expect(cpuPercentMean).toBeGreaterThan(0);
    expect(eventLoopLagMs.max).toBeGreaterThan(200);
    expect(eventLoopLagMs.p50).toBeGreaterThanOrEqual(0);
    expect(memoryBytesMax).toBeGreaterThan(10_000_000);
  });
});

describe('quantilesMs', () => {
  it('turns microseconds into milliseconds', () => {
    const lateness = new Distribution();
    expect(quantilesMs(lateness)).toEqual({ p50: 0, p99: 0, max: 0 });
    for (let us = 100; us <= 1_000; us += 100) lateness.record(us);
    expect(quantilesMs(lateness)).toEqual({ p50: 0.5, p99: 1, max: 1 });
  });
});
