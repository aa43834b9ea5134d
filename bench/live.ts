/**
 * How long a sample takes to reach whoever watches: tasks that only print windows, as those of a run do, and a viewer over MQTT, against the real
 * following, merging and broker. Sample times are spread evenly over each second. `node bench/live.ts`; `... viewer` is the other process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { decodeLiveMessage } from '../core/live/live-message.ts';
import { LiveParts } from '../core/live/live-parts.ts';
import { createMemoryStores } from '../server/adapters/memory/memory-stores.ts';
import { listen } from '../server/http/listen.ts';
import { MQTT_PATH } from '../server/live/mqtt-broker.ts';
import { sampleRun } from '../server/ports/fixtures/sample-rows.ts';
import { openLiveParts } from './live-parts.ts';
import { printWindows, tasksOf } from './simulated-windows.ts';

const RUN_ID = 'run-1';
/** As many tasks as tell of each second by itself. */
const TASKS_PER_REGION = 50;
const regions = ['one', 'two', 'three', 'four'].map((name) => ({ name, tasks: TASKS_PER_REGION, share: 1 }));
const SECONDS = 30;
const STEPS = 100;

interface Told {
  second: number;
  /** When the viewer knew of all tasks, by the clock. */
  atMs: number;
}

const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;

/** The tasks and the viewer; ends by itself. */
async function otherProcess(logs: string, url: string, goAtMs: number): Promise<void> {
  const ids = tasksOf(regions);
  const client = await connectAsync(url, { username: 'jwt', password: 'any' });
  const told: Told[] = [];
  const parts = new LiveParts(SECONDS);
  client.on('message', (_topic, payload) => {
    const message = decodeLiveMessage(payload);
    parts.add(message);
    const moment = parts.moments().find(({ second }) => second === message.second);
    if (moment?.tasks === ids.length) told.push({ second: message.second, atMs: Date.now() });
  });
  await client.subscribeAsync(`runs/${RUN_ID}/live/+`);
  await printWindows({ logs, goAtMs, fromSecond: 0, seconds: SECONDS, regions });
  await sleep(2_000);
  process.send?.(told);
  await client.endAsync();
  process.disconnect();
}

async function measure(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'loadstar-live-'));
  const logs = join(home, RUN_ID);
  mkdirSync(logs, { recursive: true });
  const stores = createMemoryStores();
  const goAtMs = Date.now() + 3_000;
  await stores.runs.create(sampleRun({ id: RUN_ID, phase: 'running', goAtMs, regions }));
  const live = await openLiveParts(stores.runs, home);
  const server = await listen({
    app: { fetch: () => new Response(null, { status: 404 }) },
    config: { host: '127.0.0.1', port: 0, publicUrl: null, tls: null, trustedProxies: [] },
    log: () => {},
    webSockets: live.webSockets,
  });
  const before = process.cpuUsage();
  const url = `${server.url.replace('http', 'ws')}${MQTT_PATH}`;
  const told = await toldBy(fork(import.meta.filename, ['viewer', logs, url, String(goAtMs)]));
  const { user, system } = process.cpuUsage(before);
  await live.close();
  await server.close(0);
  rmSync(home, { recursive: true, force: true });
  const delays = told.flatMap(({ second, atMs }) =>
    Array.from({ length: STEPS }, (_, i) => atMs - (goAtMs + (second + (i + 0.5) / STEPS) * 1_000)),
  );
  delays.sort((one, other) => one - other);
  console.log(
    JSON.stringify({
      tasks: regions.length * TASKS_PER_REGION,
      regions: regions.length,
      seconds: SECONDS,
      secondsTold: told.length,
      delayMsP50: percentile(delays, 50),
      delayMsP95: percentile(delays, 95),
      delayMsMax: delays.at(-1) ?? 0,
      cpuPercent: (user + system) / 1e4 / (SECONDS + 5),
    }),
  );
}

function toldBy(other: ChildProcess): Promise<Told[]> {
  return new Promise((resolve, reject) => {
    other.once('message', (told) => resolve(told as Told[]));
    other.once('exit', (code) => reject(new Error(`the viewer ended with ${code}`)));
  });
}

const [role, logs = '', url = '', goAtMs = ''] = process.argv.slice(2);
if (role === 'viewer') await otherProcess(logs, url, Number(goAtMs));
else await measure();
