/**
 * Runs the native engine alone, in this process, as one task of a plan: what the benches measure from outside. The arguments are the plan as JSON and the
 * folder of its files (`engine-command.ts`); the result, one line of JSON, is on standard output.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Plan, planSchema } from '../core/plan/plan.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import { totalOfWindow } from '../core/statistics/window.ts';
import { createNativeEngine } from '../worker/native/native-engine.ts';

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

async function run(plan: Plan, folder: string): Promise<EngineRunResult> {
  const total = new Statistics();
  const requestsBySecond: number[] = [];
  let warm: { requests: number; cpu: NodeJS.CpuUsage } | null = null;
  const engine = createNativeEngine({
    plan,
    id: { region: plan.regions[0]?.name ?? '', task: 0 },
    secrets: new Map(),
    readFile: (path) => readFile(join(folder, path)),
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

const [plan = '', folder = ''] = process.argv.slice(2);
console.log(JSON.stringify(await run(planSchema.parse(JSON.parse(plan)), folder)));
