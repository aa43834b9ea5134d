/** How well the generator itself did while it made load: CPU, event loop, memory. Sampled once a second, from go to the end of the load. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { GeneratorHealth } from '../core/run-folder/run-folder.ts';
import type { Distribution } from '../core/statistics/distribution.ts';

/** Where the samples come from; tests give their own. */
export interface HealthSource {
  monotonicMs(): number;
  /** CPU time of the whole process, all threads, user and system, in microseconds. */
  cpuUs(): number;
  /** Highest memory use of the process so far. */
  memoryBytesMax(): number;
  /** Begins to watch the event loop. */
  watchEventLoop(): EventLoopWatch;
  /** Calls `sample` every second until the returned function is called. */
  everySecond(sample: () => void): () => void;
}

export interface EventLoopWatch {
  /** Ends watching. How late timers fired, in milliseconds. */
  stop(): GeneratorHealth['eventLoopLagMs'];
}

export interface HealthMonitor {
  /** Ends sampling; calling it again gives the same. */
  stop(): Pick<
    GeneratorHealth,
    'cpuPercentMax' | 'cpuPercentMean' | 'cpuSaturatedSecondsMax' | 'eventLoopLagMs' | 'memoryBytesMax'
  >;
}

/** Above this share of the cores that it may use, a generator is saturated. */
const SATURATED_PERCENT = 95;
/** A shorter rest of a second tells nothing about a maximum. */
const SAMPLE_MS_MIN = 500;
const EVENT_LOOP_RESOLUTION_MS = 10;

const nothingMeasured = { p50: 0, p99: 0, max: 0 };

/** Health of a generator that never made load. */
export const noHealth: GeneratorHealth = {
  cpuPercentMax: 0,
  cpuPercentMean: 0,
  cpuSaturatedSecondsMax: 0,
  eventLoopLagMs: nothingMeasured,
  startLatenessMs: nothingMeasured,
  startSkewMs: 0,
  memoryBytesMax: 0,
};

/** This process. */
export const processHealthSource: HealthSource = {
  monotonicMs: () => performance.now(),
  cpuUs() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  memoryBytesMax: () => process.resourceUsage().maxRSS * 1024,
  watchEventLoop() {
    const histogram = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
    histogram.enable();
    return {
      stop() {
        histogram.disable();
        if (histogram.count === 0) return nothingMeasured;
        // It records the time between two firings of its timer, which are its resolution apart on an idle loop.
        const lagMs = (ns: number): number => Math.max(0, ns / 1e6 - EVENT_LOOP_RESOLUTION_MS);
        return {
          p50: lagMs(histogram.percentile(50)),
          p99: lagMs(histogram.percentile(99)),
          max: lagMs(histogram.max),
        };
      },
    };
  },
  everySecond(sample) {
    const timer = setInterval(sample, 1_000);
    return () => clearInterval(timer);
  },
};

/** Starts sampling. `loopThreads`: event loops that make load, each of which can use one core. */
export function startHealthMonitor(source: HealthSource, { loopThreads }: { loopThreads: number }): HealthMonitor {
  const beganAtMs = source.monotonicMs();
  const cpuAtStartUs = source.cpuUs();
  const eventLoop = source.watchEventLoop();
  let lastAtMs = beganAtMs;
  let lastCpuUs = cpuAtStartUs;
  let cpuPercentMax = 0;
  let saturatedMs = 0;
  let saturatedMsMax = 0;

  function sample(): void {
    const nowMs = source.monotonicMs();
    const cpuUs = source.cpuUs();
    const elapsedMs = nowMs - lastAtMs;
    if (elapsedMs < SAMPLE_MS_MIN) return;
    const percent = (cpuUs - lastCpuUs) / (elapsedMs * 10);
    cpuPercentMax = Math.max(cpuPercentMax, percent);
    saturatedMs = percent > SATURATED_PERCENT * loopThreads ? saturatedMs + elapsedMs : 0;
    saturatedMsMax = Math.max(saturatedMsMax, saturatedMs);
    lastAtMs = nowMs;
    lastCpuUs = cpuUs;
  }

  const stopSampling = source.everySecond(sample);
  let result: ReturnType<HealthMonitor['stop']> | null = null;
  return {
    stop() {
      if (result !== null) return result;
      stopSampling();
      sample();
      const elapsedMs = source.monotonicMs() - beganAtMs;
      const cpuPercentMean = elapsedMs > 0 ? (source.cpuUs() - cpuAtStartUs) / (elapsedMs * 10) : 0;
      result = {
        // A load shorter than a sample has its mean for a maximum.
        cpuPercentMax: lastAtMs === beganAtMs ? cpuPercentMean : cpuPercentMax,
        cpuPercentMean,
        cpuSaturatedSecondsMax: saturatedMsMax / 1_000,
        eventLoopLagMs: eventLoop.stop(),
        memoryBytesMax: source.memoryBytesMax(),
      };
      return result;
    },
  };
}

/** Quantiles of a distribution in milliseconds. */
export function quantilesMs(distribution: Distribution): GeneratorHealth['startLatenessMs'] {
  if (distribution.count === 0) return nothingMeasured;
  return {
    p50: distribution.percentileUs(50) / 1_000,
    p99: distribution.percentileUs(99) / 1_000,
    max: distribution.maxUs / 1_000,
  };
}
