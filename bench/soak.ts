/**
 * Measures whether a long run stays as it began: half of what the engine can do on a core, as an open model, with a look at its resident memory every
 * some seconds. Against nginx (the practice target where there is no nginx). Prints one line of JSON.
 *
 *     node bench/soak.ts [--minutes 10] [--capacity-seconds 5]
 */
import { parseArgs } from 'node:util';
import { closedLoad, openLoad } from '../core/scenario/fixtures/flows.ts';
import { startPracticeTarget } from '../practice-target/start.ts';
import { toolNamed } from '../tools/tools.ts';
import { type EngineRunOptions, engineCommand } from './engine-command.ts';
import type { EngineRunResult } from './engine-run.ts';
import { startNginx } from './nginx.ts';
import { canPin } from './pinned.ts';
import { type MemorySample, runWatched } from './process-memory.ts';
import { spreadOf } from './rounds.ts';

const SERVER_CORE = 0;
const CLIENT_CORE = 1;
const CONNECTIONS = 64;
/** Looks at the memory in each part of the load. */
const LOOKS = 12;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    'capacity-seconds': { type: 'string', default: '5' },
  },
});
const seconds = Math.round(60 * Number(values.minutes));
/** A minute; in loads that are shorter than ten of them, a tenth. */
const partSeconds = Math.max(1, Math.min(60, Math.floor(seconds / 10)));
const parts = Math.floor(seconds / partSeconds);
if (parts < 3) throw new Error('so short a load has no parts to compare: at least 0.05 minutes');

async function run(
  options: EngineRunOptions,
  lookEveryMs: number,
): Promise<{ result: EngineRunResult; samples: MemorySample[] }> {
  const { output, samples } = await runWatched(engineCommand(options), CLIENT_CORE, lookEveryMs);
  return { result: JSON.parse(output) as EngineRunResult, samples };
}

/** Requests a second, as many as go at once over 64 connections. */
async function measureCapacity(url: string): Promise<number> {
  const capacitySeconds = Number(values['capacity-seconds']);
  const load = closedLoad({ concurrency: CONNECTIONS, holdForSeconds: capacitySeconds });
  const { result } = await run({ url, load }, 1_000);
  if (result.failures > 0) throw new Error(`${result.failures} requests of the engine failed`);
  return result.requests / capacitySeconds;
}

/** Requests of each part by those planned for it, per cent. What ended after the planned end counts for the last part. */
function ratePercents({ requestsBySecond }: EngineRunResult, requestsPerSecond: number): number[] {
  return Array.from({ length: parts }, (_, part) => {
    const [from, to] = [part * partSeconds, part === parts - 1 ? requestsBySecond.length : (part + 1) * partSeconds];
    const planned = requestsPerSecond * ((part === parts - 1 ? seconds : to) - from);
    const requests = requestsBySecond.slice(from, to).reduce((sum, each) => sum + each, 0);
    return Number(((100 * requests) / planned).toFixed(4));
  });
}

/** Of the samples from one instant to another, bytes. */
function medianResident(samples: readonly MemorySample[], fromMs: number, toMs: number): number {
  const within = samples.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  return spreadOf(
    within.map(({ residentBytes }) => residentBytes),
    0,
  ).median;
}

const nginx = toolNamed('nginx').find();
const server = nginx === null ? await startPracticeTarget() : await startNginx(nginx, SERVER_CORE);
try {
  const capacity = await measureCapacity(server.url);
  const requestsPerSecond = Math.round(capacity / 2);
  console.error(`${Math.round(capacity)} requests/s at most; ${seconds} s at ${requestsPerSecond}`);
  const load = openLoad({ startsPerSecond: requestsPerSecond, holdForSeconds: seconds });
  const partMs = 1_000 * partSeconds;
  const { result, samples } = await run({ url: server.url, load }, partMs / LOOKS);
  const endMs = samples.at(-1)?.atMs ?? 0;
  const [second, last] = [
    medianResident(samples, partMs, 2 * partMs),
    medianResident(samples, endMs - partMs, Number.POSITIVE_INFINITY),
  ];
  console.log(
    JSON.stringify({
      server: nginx === null ? 'practice target' : 'nginx',
      pinned: canPin(),
      seconds,
      partSeconds,
      capacityPerSecond: Math.round(capacity),
      requestsPerSecond,
      requests: result.requests,
      failures: result.failures,
      droppedStarts: result.droppedStarts,
      ratePercents: ratePercents(result, requestsPerSecond),
      residentMb: { second: second / 1e6, last: last / 1e6, peak: (samples.at(-1)?.peakBytes ?? 0) / 1e6 },
      growthPercent: Number(((100 * (last - second)) / second).toFixed(2)),
    }),
  );
} finally {
  await server.stop();
}
