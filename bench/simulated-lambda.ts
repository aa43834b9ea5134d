/**
 * What the Lambda of ticks does, with the real S3 adapter, and tables and ECS that answer after a while. A process that tells whoever forked it what it
 * measured: its one argument is the order, as JSON.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { sparingPaceMs } from '../core/run/pace.ts';
import type { Run } from '../core/run/run.ts';
import { plannedTasks } from '../core/run/tasks.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import { planSettings } from '../server/adapters/aws/layout/plan-settings.ts';
import { createS3ObjectStore } from '../server/adapters/aws/s3/s3-object-store.ts';
import { createMemoryStores } from '../server/adapters/memory/memory-stores.ts';
import { scriptedScenario } from '../server/main/fixtures/scripted-run.ts';
import { ScriptedLauncher } from '../server/verbs/fixtures/scripted-launcher.ts';
import { startRun } from '../server/verbs/start-run.ts';
import { type TickPorts, tickRun } from '../server/verbs/tick-run.ts';

/** A read or write of one item; pages of rows take as long each. */
const TABLE_MS = 8;
/** Three pages of a list and three descriptions of 100 tasks, all regions beside each other. */
const ECS_MS = 6 * 30;
const GO_AT_MS = 1_700_000_000_000;

export interface LambdaOrder {
  what: 'ticks' | 'consolidation';
  /** Of ticks: how many are measured. Of a run that is over: how many each task wrote. */
  segments: number;
  url: string;
  runId: string;
  regions: readonly string[];
  tasksPerRegion: number;
  segmentSeconds: number;
  /** Has the segments of this index land. */
  land(index: number): Promise<void>;
}

/** Segments of so many indexes land, one index after the other; ticks come at their own pace, and must keep up. */
async function measureTicks(order: LambdaOrder) {
  const { segments } = order;
  const { ports, clock, run } = await openRun(order, { phase: 'running', state: 'running', seconds: 3_600 });
  const milliseconds: number[] = [];
  const before = process.cpuUsage();
  for (let index = 0; index < segments; index++) {
    await order.land(index);
    const landedAtMs = GO_AT_MS + (index + 1) * order.segmentSeconds * 1000;
    clock.nowMs = Math.max(clock.nowMs, landedAtMs + 1_000);
    while (clock.nowMs < landedAtMs + order.segmentSeconds * 1000) {
      milliseconds.push(
        await timed(async () => {
          const outcome = await tick(ports, run.id);
          if (!outcome.final) clock.nowMs += outcome.nextInMs;
        }),
      );
    }
    const checkpoint = await ports.objects.get(`runs/${run.id}/${runFolderPaths.checkpoint}`);
    const { folding } = JSON.parse(new TextDecoder().decode(checkpoint?.body)) as { folding: { index: number } };
    if (folding.index !== index + 1) throw new Error(`ticks do not keep up: index ${folding.index} after ${index + 1}`);
  }
  const { system, user } = process.cpuUsage(before);
  const [coldMs = 0, ...warm] = milliseconds;
  const cpuSecondsPerTick = round((system + user) / 1e6 / milliseconds.length);
  return { coldMs: Math.round(coldMs), warmMs: warm.map(Math.round), cpuSecondsPerTick, peakMb: peakMb() };
}

/** From the first look at the results, none of which was parsed, to the stored report. */
async function measureConsolidation(order: LambdaOrder) {
  const seconds = order.segments * order.segmentSeconds;
  const { ports, clock, run } = await openRun(order, { phase: 'parsing results', state: 'ended', seconds });
  clock.nowMs = GO_AT_MS + seconds * 1000 + 5_000;
  const before = process.cpuUsage();
  let ticks = 0;
  const milliseconds = await timed(async () => {
    for (; (await ports.runs.get(run.id))?.phase === 'parsing results'; ticks++) await tick(ports, run.id);
  });
  const { system, user } = process.cpuUsage(before);
  const ended = await ports.runs.get(run.id);
  return {
    loadSeconds: seconds,
    seconds: round(milliseconds / 1000),
    cpuSeconds: round((system + user) / 1e6),
    ticks,
    requests: ended?.summary?.requests ?? null,
    peakMb: peakMb(),
  };
}

function tick(ports: TickPorts, runId: string) {
  return tickRun(ports, { runId, memories: null, paceMs: sparingPaceMs });
}

async function openRun(
  { regions, runId, segmentSeconds, tasksPerRegion, url }: LambdaOrder,
  { phase, seconds, state }: { phase: Run['phase']; seconds: number; state: 'running' | 'ended' },
) {
  const client = new S3Client({
    endpoint: url,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: { httpsAgent: { maxSockets: 50 }, httpAgent: { maxSockets: 50 } },
  });
  const clock = { nowMs: GO_AT_MS - 60_000 };
  const stores = createMemoryStores({ now: () => clock.nowMs });
  const launcher = new ScriptedLauncher(Object.fromEntries(regions.map((region) => [region, tasksPerRegion])));
  const objects = createS3ObjectStore({ client, bucket: 'bench' });
  const { audit, queue, secrets } = stores;
  const common = { objects, nowMs: () => clock.nowMs, log: () => {} };
  const scenario = scriptedScenario({
    regions: Object.fromEntries(regions.map((name) => [name, tasksPerRegion])),
    seconds,
  });
  for (const execution of scenario.executions) execution.load.concurrency = regions.length * tasksPerRegion;
  const plan = { ...planSettings, segmentSeconds };
  const started = await startRun(
    { ...common, runs: stores.runs, queue, launcher, secrets, audit },
    { kind: 'local' },
    { scenario, scenarioId: null, files: new Map(), plan, runId },
  );
  const run = { ...started, version: started.version + 1, phase, goAtMs: GO_AT_MS, phaseSinceMs: GO_AT_MS };
  await stores.runs.update(run);
  const tasks = plannedTasks(run.regions).map((id) => ({ ...id, state, endedBecause: null }));
  const ports: TickPorts = {
    ...common,
    runs: slowed(stores.runs, TABLE_MS),
    taskResults: slowed(stores.taskResults, TABLE_MS),
    launcher: Object.assign(Object.create(launcher), {
      async observe() {
        await sleep(ECS_MS);
        return tasks;
      },
      async release() {},
    }),
    taskLogs: { read: async () => null },
    runFolderUrl: (id) => `s3://bench/runs/${id}/`,
  };
  return { ports, clock, run };
}

/** Each call takes so much longer. */
function slowed<Port extends object>(port: Port, milliseconds: number): Port {
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...input: unknown[]) => {
        await sleep(milliseconds);
        return method.apply(target, input);
      };
    },
  });
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await call();
  return performance.now() - started;
}

/** Of this process alone: what `getrusage` says may be the parent's. */
function peakMb(): number {
  const [, kb] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

const order: LambdaOrder = {
  ...JSON.parse(process.argv[2] ?? '{}'),
  async land(index: number) {
    const landed = once(process, 'message');
    process.send?.({ land: index });
    await landed;
  },
};
process.send?.({ result: await (order.what === 'ticks' ? measureTicks(order) : measureConsolidation(order)) });
process.disconnect();
