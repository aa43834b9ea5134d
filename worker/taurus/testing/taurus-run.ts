/** Tasks that drive real Taurus against a target which counts what it serves, for tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { TestContext } from 'vitest';
import type { Plan } from '../../../core/plan/plan.ts';
import { type Done, doneSchema, runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { readSegment } from '../../../core/statistics/segment.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { totalOfWindow } from '../../../core/statistics/window.ts';
import type { PlannedTaurusExecution } from '../../../core/taurus/taurus-plan.ts';
import { ENGINES_VARIABLE } from '../../../engines/engines-folder.ts';
import { testPlan } from '../../testing/plans.ts';
import { createRealFolder, type RealFolder, startTask, type TaskProcess } from '../../testing/task-process.ts';

export interface CountingServer {
  url: string;
  port: number;
  /** Times that each path was served, with its query. */
  served: Map<string, number>;
  total(): number;
}

/** Every tenth answer is a 503; answers come after `delayMs`. */
export async function startCountingServer({ onTestFinished }: TestContext, delayMs = 0): Promise<CountingServer> {
  const served = new Map<string, number>();
  let total = 0;
  const server = createServer((request, response) => {
    setTimeout(() => {
      total++;
      served.set(request.url ?? '', (served.get(request.url ?? '') ?? 0) + 1);
      response.statusCode = total % 10 === 0 ? 503 : 200;
      response.end('hello');
    }, delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, served, total: () => total };
}

/** An execution that keeps its script's load, unless it says otherwise. */
export function executionOf(
  given: Pick<PlannedTaurusExecution, 'executor' | 'script'> & Partial<PlannedTaurusExecution>,
): PlannedTaurusExecution {
  const shape = { curve: null, unit: 'users' as const, durationSeconds: null, usersMax: null, parts: [] };
  return { scenario: given.executor, load: null, delaySeconds: 0, env: {}, shape, ...given };
}

export interface TaurusRunOptions {
  executions: PlannedTaurusExecution[];
  /** Texts of files by their path. */
  files: Record<string, string>;
  config?: Record<string, unknown>;
  partitions?: NonNullable<Plan['taurus']>['files'];
  regions?: Plan['regions'];
  /** Seconds from the start of the processes to go. */
  goAfterSeconds?: number;
  environment?: Record<string, string>;
  /** Values by name. */
  secrets?: Record<string, string>;
}

export interface TaurusRun {
  folder: RealFolder;
  tasks: TaskProcess[];
  /** Orders go for the instant two polls and a bit from now, once all tasks are ready. */
  go(): Promise<void>;
}

/** Starts all tasks of a plan. They are ended with the test. */
export async function startTaurus(context: TestContext, options: TaurusRunOptions): Promise<TaurusRun> {
  const { onTestFinished } = context;
  const plan = testPlan({
    regions: options.regions ?? [{ name: 'local', tasks: 1, share: 1 }],
    executions: [],
    flows: {},
    taurus: {
      executions: options.executions,
      config: options.config ?? {},
      files: options.partitions ?? [],
      taskFiles: Object.keys(options.files),
    },
    secrets: Object.keys(options.secrets ?? {}),
    leaseSeconds: 60,
    gracefulStopSeconds: 2,
  });
  const folder = await createRealFolder(plan, { state: 'wait', goAtMs: null, stopReason: null });
  onTestFinished(() => folder.remove());
  for (const [path, text] of Object.entries(options.files)) {
    const target = join(folder.root, runFolderPaths.file(path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  const ids = plan.regions.flatMap(({ name, tasks }) =>
    Array.from({ length: tasks }, (_, task) => ({ region: name, task })),
  );
  const tasks = ids.map((id) =>
    startTask(folder.url, {
      program: 'native',
      args: ['--run-folder', folder.url, '--region', id.region, '--task', String(id.task)],
      environment: {
        [ENGINES_VARIABLE]: join(import.meta.dirname, '../../../.tools/engines'),
        ...(options.secrets === undefined ? {} : { LOADSTAR_SECRETS: JSON.stringify(options.secrets) }),
        ...options.environment,
      },
    }),
  );
  for (const task of tasks) onTestFinished(() => task.end());
  return {
    folder,
    tasks,
    async go() {
      const ended = Promise.race(tasks.map((task) => task.ended));
      let isOver = false;
      void ended.then(() => {
        isOver = true;
      });
      while (!isOver && !ids.every((id) => existsSync(join(folder.root, runFolderPaths.ready(id))))) await pause(50);
      await folder.order({ revision: 2, state: 'go', goAtMs: Date.now() + 700, stopReason: null });
    },
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a task delivered. */
export interface Delivered {
  done: Done;
  total: Statistics;
  labels: Map<string, Statistics>;
  /** Names of its artifacts. */
  artifacts: string[];
  artifact(name: string): string;
}

export function readDelivered({ root }: RealFolder, task = 0): Delivered {
  const id = { region: 'local', task };
  const done = doneSchema.parse(JSON.parse(readFileSync(join(root, runFolderPaths.done(id)), 'utf8')));
  const total = new Statistics();
  const labels = new Map<string, Statistics>();
  for (let k = 0; k < done.segments; k++) {
    const bytes = zstdDecompressSync(readFileSync(join(root, runFolderPaths.segment(id, k))));
    readSegment(bytes, (window) => {
      total.addLater(totalOfWindow(window));
      for (const [label, statistics] of window.labels) {
        const sum = labels.get(label) ?? new Statistics();
        labels.set(label, sum);
        sum.addLater(statistics);
      }
    });
  }
  const folder = join(root, runFolderPaths.artifact(id, ''));
  const artifacts = existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]) : [];
  return { done, total, labels, artifacts, artifact: (name) => readFileSync(join(folder, name), 'utf8') };
}
