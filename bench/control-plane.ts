/**
 * Measures the control plane as a server: the list of 5,000 scenarios, 1,000 tasks that send to it at once, and its restart with 100 running runs. The
 * store, the files, the HTTP server and the ticks are the real ones; tasks and their launcher are simulated. Prints one line of JSON.
 * `node bench/control-plane.ts [list] [restart] [manyTasks]`
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskId } from '../core/plan/plan.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import { openSqliteStores } from '../server/adapters/local/sqlite/sqlite-stores.ts';
import { startServer } from '../server/http/fixtures/start-server.ts';
import { scriptedScenario } from '../server/main/fixtures/scripted-run.ts';
import { endTasks } from './simulated-launcher.ts';
import type { PlaneMessage, StartOrder } from './simulated-plane.ts';
import { appendToLog, deliver, SEGMENT_SECONDS, segmentOf, windowLinesOf, writeWhole } from './simulated-tasks.ts';

const SCENARIOS = 5_000;
const TASKS = 1_000;
const SEGMENTS = 3;
const RUNS = 100;
const GIVE_UP_MS = 40_000;
const REGION = 'local';

async function measureList(home: string): Promise<{ medianMs: number; slowestMs: number; query: string }[]> {
  const stores = openSqliteStores(join(home, 'database.sqlite'));
  const scenario = scriptedScenario();
  for (let i = 0; i < SCENARIOS; i++) {
    const name = `Scenario ${(i * 7919) % SCENARIOS} of the shop`;
    await stores.scenarios.create({
      id: `scenario-${i}`,
      version: 1,
      text: 'execution: []\n',
      format: 'yaml',
      scenario: { ...scenario, name, tags: [`team-${i % 20}`, i % 2 === 0 ? 'nightly' : 'release'] },
      warnings: [],
      files: [],
      createdBy: { kind: 'local' },
      createdAtMs: 1_700_000_000_000 + i,
      updatedAtMs: 1_700_000_000_000 + ((i * 31) % SCENARIOS),
    });
  }
  const server = await startServer({ app: stores });
  const queries = ['', '?limit=200&sort=name', '?search=99%20of&sort=-createdAt', '?tag=nightly&tag=team-4&limit=200'];
  const measured = [];
  for (const query of queries) {
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const started = performance.now();
      const answer = await server.call(`/api/scenarios${query}`);
      await answer.json();
      if (answer.status !== 200) throw new Error(`the list answers ${answer.status}`);
      times.push(performance.now() - started);
    }
    times.sort((one, other) => one - other);
    measured.push({ query, medianMs: round(times[10] ?? 0), slowestMs: round(times[19] ?? 0) });
  }
  await server.close(0);
  stores.close();
  return measured;
}

/** A plane in a process of its own, and what it says. */
class Plane {
  readonly process: ChildProcess;
  readonly #said: PlaneMessage[] = [];
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
    this.process = fork(join(import.meta.dirname, 'simulated-plane.ts'), [home], { stdio: ['ignore', 2, 2, 'ipc'] });
    this.process.on('message', (message: PlaneMessage) => void this.#said.push(message));
  }

  async said<Kind extends PlaneMessage['kind']>(
    kind: Kind,
    fits: (message: Extract<PlaneMessage, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<PlaneMessage, { kind: Kind }>> {
    const startedMs = performance.now();
    for (;;) {
      for (const [i, message] of this.#said.entries()) {
        if (message.kind !== kind || !fits(message as Extract<PlaneMessage, { kind: Kind }>)) continue;
        this.#said.splice(i, 1);
        return message as Extract<PlaneMessage, { kind: Kind }>;
      }
      if (performance.now() - startedMs > GIVE_UP_MS) throw new Error(`the plane does not say ${kind}`);
      await sleep(5);
    }
  }

  async start(order: Omit<StartOrder, 'kind'>): Promise<string[]> {
    this.process.send({ kind: 'start', ...order });
    return (await this.said('started')).runIds;
  }

  async usage(runIds: string[]): Promise<Extract<PlaneMessage, { kind: 'usage' }>> {
    this.process.send({ kind: 'usage', runIds });
    return this.said('usage');
  }

  runFolder(runId: string): string {
    return join(this.#home, 'objects', 'runs', runId);
  }

  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }
}

function idsOf(tasks: number): TaskId[] {
  return Array.from({ length: tasks }, (_, task) => ({ region: REGION, task }));
}

function markReady(folder: string, ids: readonly TaskId[]): void {
  for (const id of ids) writeWhole(join(folder, runFolderPaths.ready(id)), '{}');
}

async function measureTasks(home: string) {
  const ids = idsOf(TASKS);
  const segments = Array.from({ length: SEGMENTS }, (_, index) => ids.map((id) => segmentOf(id, index)));
  const seconds = SEGMENTS * SEGMENT_SECONDS;
  const plane = new Plane(home);
  try {
    await plane.said('resumed');
    const [runId = ''] = await plane.start({ runs: 1, tasks: TASKS, seconds });
    const folder = plane.runFolder(runId);
    const logFolder = join(home, 'logs', runId);
    mkdirSync(logFolder, { recursive: true });
    await plane.said('phase', ({ phase }) => phase === 'provisioning');
    markReady(folder, ids);
    const { goAtMs } = await plane.said('phase', ({ phase }) => phase === 'running');
    const go = goAtMs ?? Date.now();
    await sleep(Math.max(0, go - Date.now()));
    const before = await plane.usage([runId]);
    const landedAtMs: number[] = [];
    for (let second = 0; second < seconds; second++) {
      await sleep(Math.max(0, go + (second + 1) * 1000 - Date.now()));
      for (const [i, line] of windowLinesOf(ids, second).entries()) appendToLog(logFolder, ids[i] ?? ids[0]!, line);
      const index = (second + 1) / SEGMENT_SECONDS - 1;
      if (!Number.isInteger(index)) continue;
      for (const [i, id] of ids.entries()) {
        writeWhole(join(folder, runFolderPaths.segment(id, index)), segments[index]?.[i] ?? '');
      }
      landedAtMs.push(Date.now());
    }
    const delaysMs = await Promise.all(landedAtMs.map((at, index) => foldedAfterMs(folder, index, at)));
    const after = await plane.usage([runId]);
    for (const id of ids) deliver(folder, id, SEGMENTS);
    endTasks(join(home, 'tasks'), runId);
    const deliveredMs = Date.now();
    // The report is stored by then.
    await plane.said('phase', ({ phase }) => phase === 'cleaning up');
    const deliveredToReportSeconds = round((Date.now() - deliveredMs) / 1000);
    const report = JSON.parse(readFileSync(join(folder, runFolderPaths.report), 'utf8'));
    return {
      tasks: TASKS,
      status: report.status,
      requests: report.total.requests,
      loadSeconds: seconds,
      cpuPercent: Math.round(((after.cpuSeconds - before.cpuSeconds) / seconds) * 100),
      peakRssMb: Math.round((await plane.usage([runId])).rssMb),
      hadLiveWindows: after.livesKnown === 1,
      segmentToFoldedMs: delaysMs.map(Math.round),
      deliveredToReportSeconds,
    };
  } finally {
    await plane.kill();
  }
}

/** From when the last of an index's segments had landed until all of them were folded. */
async function foldedAfterMs(folder: string, index: number, landedAtMs: number): Promise<number> {
  const path = join(folder, runFolderPaths.folded(REGION, index));
  for (const startedMs = performance.now(); performance.now() - startedMs < GIVE_UP_MS; await sleep(20)) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && stats.mtimeMs >= landedAtMs) return stats.mtimeMs - landedAtMs;
  }
  throw new Error(`segment ${index} is not folded`);
}

async function measureRestart(home: string) {
  const ids = idsOf(2);
  const first = new Plane(home);
  await first.said('resumed');
  const runIds = await first.start({ runs: RUNS, tasks: ids.length, seconds: 600 });
  for (const runId of runIds) {
    await first.said('phase', (message) => message.runId === runId && message.phase === 'provisioning');
    markReady(first.runFolder(runId), ids);
  }
  for (const runId of runIds) {
    await first.said('phase', (message) => message.runId === runId && message.phase === 'running');
  }
  await first.kill();
  for (const runId of runIds) {
    for (let index = 0; index < SEGMENTS; index++) {
      const folder = first.runFolder(runId);
      for (const id of ids) writeWhole(join(folder, runFolderPaths.segment(id, index)), segmentOf(id, index));
    }
  }
  const revisions = runIds.map((runId) => revisionOf(first, runId));
  const startedMs = performance.now();
  const second = new Plane(home);
  try {
    const { runs } = await second.said('resumed');
    const seconds = round((performance.now() - startedMs) / 1000);
    while (runIds.some((runId, i) => revisionOf(second, runId) <= (revisions[i] ?? 0))) await sleep(20);
    return { runs, seconds, leasesRenewedSeconds: round((performance.now() - startedMs) / 1000) };
  } finally {
    await second.kill();
  }
}

function revisionOf(plane: Plane, runId: string): number {
  return JSON.parse(readFileSync(join(plane.runFolder(runId), runFolderPaths.control), 'utf8')).revision;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

async function inHome<T>(measure: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'loadstar-control-plane-'));
  try {
    return await measure(home);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

const parts: Record<string, (home: string) => Promise<unknown>> = {
  list: measureList,
  restart: measureRestart,
  manyTasks: measureTasks,
};
const wanted = process.argv.slice(2);
const result: Record<string, unknown> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`measuring: ${name}`);
  result[name] = await inHome(measure);
}
console.log(JSON.stringify(result));
