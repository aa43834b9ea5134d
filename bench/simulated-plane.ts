/**
 * A control plane with everything real but its tasks: SQLite, files, ticks, folding, live windows. Told what to do by the process that forked it.
 * `node bench/simulated-plane.ts <home>`
 */
import { join } from 'node:path';
import { createFilesystemObjectStore } from '../server/adapters/local/filesystem-object-store.ts';
import { openSqliteStores } from '../server/adapters/local/sqlite/sqlite-stores.ts';
import { createTaskLogFiles } from '../server/adapters/local/task-log-files.ts';
import { createTimerDriver } from '../server/adapters/local/timer-driver.ts';
import { followRuns } from '../server/live/follow-runs.ts';
import { scriptedScenario } from '../server/main/fixtures/scripted-run.ts';
import { consumeQueue } from '../server/main/queue-consumer.ts';
import type { Ports } from '../server/ports/ports.ts';
import { resumeRuns } from '../server/verbs/resume-runs.ts';
import type { RunMemories } from '../server/verbs/run-memory.ts';
import { startRun } from '../server/verbs/start-run.ts';
import { tickRun } from '../server/verbs/tick-run.ts';
import { createSimulatedLauncher } from './simulated-launcher.ts';

export interface StartOrder {
  kind: 'start';
  runs: number;
  tasks: number;
  seconds: number;
}

/** What the plane says. */
export type PlaneMessage =
  | { kind: 'resumed'; runs: number }
  | { kind: 'started'; runIds: string[] }
  | { kind: 'phase'; runId: string; phase: string; goAtMs: number | null }
  | { kind: 'usage'; cpuSeconds: number; rssMb: number; livesKnown: number };

const REGION = 'local';
const home = process.argv[2] ?? '';
const stores = openSqliteStores(join(home, 'database.sqlite'));
const objects = createFilesystemObjectStore(join(home, 'objects'));
const logs = join(home, 'logs');
const say = (message: PlaneMessage) => process.send?.(message);

const memories: RunMemories = new Map();
const phases = new Map<string, string>();
const ticked = new Set<string>();
let unfinished = Number.POSITIVE_INFINITY;
const withoutDriver = {
  ...stores,
  objects,
  taskLogs: createTaskLogFiles(logs),
  launcher: createSimulatedLauncher(join(home, 'tasks'), [REGION]),
  runFolderUrl: (runId: string) => objects.urlOf(`runs/${runId}/`),
  nowMs: Date.now,
  log: (level: string, message: string, fields?: unknown) => {
    if (level !== 'info') console.error(level, message, fields);
  },
};
const driver = createTimerDriver({
  async tick(runId) {
    const outcome = await tickRun(withoutDriver, {
      runId,
      memories,
      onTick: ({ run }) => {
        if (phases.get(runId) !== run.phase) say({ kind: 'phase', runId, phase: run.phase, goAtMs: run.goAtMs });
        phases.set(runId, run.phase);
      },
    });
    ticked.add(runId);
    if (ticked.size === unfinished) say({ kind: 'resumed', runs: ticked.size });
    return outcome;
  },
  log: withoutDriver.log,
});
const ports: Ports = { ...withoutDriver, driver };
unfinished = await resumeRuns(ports);
if (unfinished === 0) say({ kind: 'resumed', runs: 0 });
const consumer = consumeQueue(ports);
const followed = followRuns(ports, () => 0);

process.on('message', async (order: StartOrder | { kind: 'usage'; runIds: string[] }) => {
  if (order.kind === 'usage') {
    const { user, system } = process.cpuUsage();
    const livesKnown = order.runIds.filter((runId) => followed.liveOf(runId) !== null).length;
    say({ kind: 'usage', cpuSeconds: (user + system) / 1e6, rssMb: process.resourceUsage().maxRSS / 1024, livesKnown });
    return;
  }
  const runIds: string[] = [];
  const scenario = scriptedScenario({ regions: { [REGION]: order.tasks }, seconds: order.seconds });
  for (const execution of scenario.executions) execution.load.concurrency = Math.max(4, order.tasks);
  for (let i = 0; i < order.runs; i++) {
    const input = { scenario, scenarioId: null, files: new Map() };
    runIds.push((await startRun(ports, { kind: 'local' }, input)).id);
    consumer.wake();
  }
  say({ kind: 'started', runIds });
});
