/**
 * Runs the native engine alone, in this process, on one GET again and again: what the benches measure from outside. The argument is its options as
 * JSON; the result, one line of JSON, is on standard output.
 */
import { makePlan } from '../core/plan/make-plan.ts';
import { executionOf, flowOf, requestStep } from '../core/scenario/fixtures/flows.ts';
import type { LoadProfile } from '../core/scenario/scenario.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import { totalOfWindow } from '../core/statistics/window.ts';
import { createNativeEngine } from '../worker/native/native-engine.ts';

export interface EngineRunOptions {
  url: string;
  load: LoadProfile;
  /** Default: true. */
  keepAlive?: boolean;
  /** Worker threads; default: 1. */
  threads?: number;
  /** How long each user waits after each request; default: 0. */
  thinkTimeSeconds?: number;
}

export interface EngineRunResult {
  requests: number;
  failures: number;
  plannedStarts: number;
  lateStarts: number;
  droppedStarts: number;
  serviceTimeUs: { p50: number; p99: number; max: number };
  /** Lateness of starts that was the generator's own, microseconds. */
  startLatenessUs: { p50: number; p99: number; max: number };
  startSkewMs: number;
  /** From the planned begin of the load to the end of the last request, microseconds. */
  lastEndedUs: number;
  /** Requests that ended in each second from the begin of the load on. */
  requestsBySecond: number[];
  /** CPU of this process a request, all threads, once the load has lasted for `WARM_UP_SECONDS`; null when it ended before. */
  warmCpuUsPerRequest: number | null;
  /** CPU of this process while there was load, per cent of one core. */
  cpuPercent: number;
}

/** As a task gives its engine. */
const START_LEAD_MS = 250;

/** By then all code that matters has been compiled for speed. */
const WARM_UP_SECONDS = 3;

const quantiles = (of: Statistics['serviceTime']) => ({
  p50: of.percentileUs(50),
  p99: of.percentileUs(99),
  max: of.maxUs,
});

async function run(options: EngineRunOptions): Promise<EngineRunResult> {
  const { url, load, keepAlive = true, threads = 1, thinkTimeSeconds = 0 } = options;
  const thinkTime = { kind: 'constant' as const, seconds: thinkTimeSeconds };
  const plan = makePlan(
    {
      version: 1,
      name: 'bench',
      tags: [],
      regions: { local: { tasks: 1, share: 1 } },
      healthyThresholdPercent: 100,
      live: false,
      taurus: null,
      executions: [executionOf('bench', load)],
      flows: {
        bench: flowOf('bench', [requestStep({ url, keepAlive, thinkTime, timeoutSeconds: 10 })]),
      },
      criteria: [],
      threads,
    },
    { runId: 'bench' },
  );
  const total = new Statistics();
  const requestsBySecond: number[] = [];
  let warm: { requests: number; cpu: NodeJS.CpuUsage } | null = null;
  const engine = createNativeEngine({
    plan,
    id: { region: 'local', task: 0 },
    secrets: new Map(),
    readFile: () => Promise.reject(new Error('there are no files')),
    log: (_level, message) => console.error(message),
    onWindow: (window) => {
      const second = totalOfWindow(window);
      total.addLater(second);
      requestsBySecond.push(second.requests);
      if (window.second === WARM_UP_SECONDS - 1) warm = { requests: total.requests, cpu: process.cpuUsage() };
    },
  });
  await engine.prepare();
  const cpu = process.cpuUsage();
  const startedAtMs = performance.now();
  const { startLateness, startSkewMs } = await engine.run(startedAtMs + START_LEAD_MS, Date.now());
  const { user, system } = process.cpuUsage(cpu);
  return {
    requests: total.requests,
    failures: total.failures,
    plannedStarts: total.plannedStarts,
    lateStarts: total.lateStarts,
    droppedStarts: total.droppedStarts,
    serviceTimeUs: quantiles(total.serviceTime),
    startLatenessUs: quantiles(startLateness),
    startSkewMs,
    lastEndedUs: total.lastEndedUs,
    requestsBySecond,
    warmCpuUsPerRequest: warmCpuUs(warm, total.requests),
    cpuPercent: (user + system) / 10 / (performance.now() - startedAtMs),
  };
}

function warmCpuUs(since: { requests: number; cpu: NodeJS.CpuUsage } | null, requests: number): number | null {
  if (since === null || requests === since.requests) return null;
  const { user, system } = process.cpuUsage(since.cpu);
  return (user + system) / (requests - since.requests);
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as EngineRunOptions)));
