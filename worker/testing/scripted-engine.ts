/** An engine without a network: gives the same made-up second again and again. */
import { Distribution } from '../../core/statistics/distribution.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import type { Clock } from '../clock.ts';
import type { Engine, EngineContext, EngineOutcome } from '../engine.ts';

export interface Script {
  clock: Clock;
  /** Seconds of load, unless it is stopped. */
  seconds: number;
  /** Samples of each label in each second. */
  requestsPerSecond: number;
  labels?: string[];
  prepare?(): Promise<void>;
  /** Called at the end of every second, before its window is given; may throw. */
  onSecond?(second: number): void;
  /** Never ends, whatever it is told. */
  ignoresStop?: boolean;
}

export interface ScriptedEngine extends Engine {
  /** What was called, in order, with the instants. */
  calls: { call: 'prepare' | 'run' | 'stop'; atMs: number; argument: number | null }[];
}

/** Samples that every second of the script has, per label: 1 ms, 2 ms, ... ; one in ten fails with a 500. */
export function recordSecond(statistics: Statistics, requests: number, second: number): void {
  for (let i = 0; i < requests; i++) {
    statistics.serviceTime.record((i + 1) * 1_000);
    statistics.timeToFirstByte.record((i + 1) * 900);
    const failed = i % 10 === 9;
    statistics.countCode(failed ? 500 : 200, 1);
    if (failed) statistics.countError({ type: 'http', message: 'HTTP 500', count: 1, example: null });
    if (failed) statistics.failures++;
  }
  statistics.requests += requests;
  statistics.plannedStarts += requests;
  statistics.bytesSent += requests * 100;
  statistics.bytesReceived += requests * 1_000;
  statistics.concurrencyMax = 2;
  statistics.lastEndedUs = second * 1e6 + 900_000;
}

export function createScriptedEngine(script: Script, context: EngineContext): ScriptedEngine {
  const { clock } = script;
  const stopped = new AbortController();
  // One set of statistics for all seconds: whoever keeps a window beyond the call is found out.
  const labels = new Map((script.labels ?? ['home', 'search']).map((label) => [label, new Statistics()]));
  const task = new Statistics();
  const calls: ScriptedEngine['calls'] = [];

  function giveSecond(second: number): void {
    for (const statistics of labels.values()) {
      statistics.clear();
      recordSecond(statistics, script.requestsPerSecond, second);
    }
    task.clear();
    task.concurrencyMax = 7;
    context.onWindow({ second, labels, task });
  }

  return {
    calls,
    async prepare() {
      calls.push({ call: 'prepare', atMs: clock.monotonicMs(), argument: null });
      await script.prepare?.();
    },
    async run(startAtMs): Promise<EngineOutcome> {
      calls.push({ call: 'run', atMs: clock.monotonicMs(), argument: startAtMs });
      for (let second = 0; second < script.seconds && !stopped.signal.aborted; second++) {
        await clock.sleep(startAtMs + (second + 1) * 1_000 - clock.monotonicMs(), stopped.signal);
        script.onSecond?.(second);
        giveSecond(second);
      }
      if (script.ignoresStop === true) await new Promise(() => {});
      const startLateness = new Distribution();
      startLateness.record(1_500);
      return { startSkewMs: 0.25, startLateness };
    },
    stop(graceMs) {
      calls.push({ call: 'stop', atMs: clock.monotonicMs(), argument: graceMs });
      stopped.abort();
    },
  };
}
