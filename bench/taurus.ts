/**
 * Measures what reading the samples of other tools costs: files of JMeter's samples of two sizes, read as fast as possible, and what a worker
 * uses of the CPU beside the Taurus and the JMeter that it drives. Prints one line of JSON.
 *
 *     node bench/taurus.ts [--rows 5000000] [--rounds 3] [--seconds 20]
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Plan } from '../core/plan/plan.ts';
import { doneSchema, readySchema, runFolderPaths } from '../core/run-folder/run-folder.ts';
import { ENGINES_VARIABLE } from '../engines/engines-folder.ts';
import { startPracticeTarget } from '../practice-target/start.ts';
import { enginesFolder, toolNamed } from '../tools/tools.ts';
import { jmx, jmxRequest } from '../worker/taurus/testing/scripts.ts';
import { executionOf } from '../worker/taurus/testing/taurus-run.ts';
import { testPlan } from '../worker/testing/plans.ts';
import { spreadOf } from './rounds.ts';

const GO_MS = 1_795_349_040_000;
const PER_MS = 50;
const id = { region: 'local', task: 0 };

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '20' },
  },
});

/** 20 labels, 50,000 samples a second, one in a hundred failed. */
async function writeSamples(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write(
    'timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,Latency,Hostname,Connect\n',
  );
  for (let from = 0; from < rows; from += 1_000) {
    let text = '';
    for (let i = from; i < Math.min(rows, from + 1_000); i++) {
      const elapsedMs = 5 + ((i * 7_919) % 200);
      const failed = i % 100 === 0;
      text += `${GO_MS + Math.floor(i / PER_MS) - elapsedMs},${elapsedMs},page ${i % 20},${failed ? '503,Service Unavailable' : '200,OK'},Buyers 1-${i % 50},${!failed},,${99 + (i % 1_000)},120,50,50,${elapsedMs - 1},host,${i % 50 === 0 ? 2 : 0}\n`;
    }
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

interface Read {
  requests: number;
  lateSamples: number;
  cpuSeconds: number;
  peakMb: number;
}

function readOnce(path: string, rows: number): Read {
  const program = join(import.meta.dirname, 'read-samples.ts');
  const read = JSON.parse(execFileSync(process.execPath, [program, path, String(GO_MS)], { encoding: 'utf8' })) as Read;
  if (read.requests !== rows || read.lateSamples > 0) throw new Error(`${read.requests} samples of ${rows} were read`);
  return read;
}

/** User and system time of the process itself, without its children. */
function ownCpuSeconds(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

/** CPU of a worker that drives JMeter, and of all that it drives. Null where the tools are missing, or /proc. */
async function runWorker(folder: string, seconds: number) {
  const isThere = ['bzt', 'java', 'jmeter'].every((name) => toolNamed(name).find() !== null);
  if (!isThere || process.platform !== 'linux') return null;
  const target = await startPracticeTarget({ port: 0 });
  try {
    const url = new URL(target.url);
    const load = {
      concurrency: 10,
      throughput: null,
      rampUpSeconds: 0,
      steps: null,
      holdForSeconds: seconds,
      iterations: null,
    };
    const plan: Plan = testPlan({
      regions: [{ name: id.region, tasks: 1, share: 1 }],
      executions: [],
      flows: {},
      leaseSeconds: 600,
      taurus: {
        executions: [executionOf({ executor: 'jmeter', script: 'page.jmx', load })],
        config: {},
        files: [],
        taskFiles: ['page.jmx'],
      },
    });
    mkdirSync(join(folder, 'files'), { recursive: true });
    writeFileSync(join(folder, runFolderPaths.plan), JSON.stringify(plan));
    writeFileSync(join(folder, runFolderPaths.file('page.jmx')), jmx(jmxRequest(Number(url.port), '/')));
    const order = (state: 'wait' | 'go', goAtMs: number | null, revision: number) =>
      writeFileSync(
        join(folder, runFolderPaths.control),
        JSON.stringify({ revision, state, goAtMs, stopReason: null }),
      );
    order('wait', null, 1);
    const worker = spawn(
      process.execPath,
      [
        join(import.meta.dirname, '../worker/main.ts'),
        '--run-folder',
        pathToFileURL(folder).href,
        '--region',
        id.region,
        '--task',
        '0',
      ],
      { stdio: 'ignore', env: { PATH: process.env.PATH, [ENGINES_VARIABLE]: enginesFolder } },
    );
    const ended = once(worker, 'exit');
    while (readFileOrNull(join(folder, runFolderPaths.ready(id))) === null) {
      if (worker.exitCode !== null) throw new Error(`the worker ended with ${worker.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    readySchema.parse(JSON.parse(readFileOrNull(join(folder, runFolderPaths.ready(id))) ?? ''));
    const atReady = ownCpuSeconds(worker.pid ?? 0) ?? 0;
    order('go', Date.now() + 1_000, 2);
    let own = atReady;
    const timer = setInterval(() => {
      own = ownCpuSeconds(worker.pid ?? 0) ?? own;
    }, 50);
    await ended;
    clearInterval(timer);
    const done = doneSchema.parse(JSON.parse(readFileSync(join(folder, runFolderPaths.done(id)), 'utf8')));
    if (done.exit !== 'completed') throw new Error(done.error ?? done.exit);
    const allSeconds = (done.health.cpuPercentMean / 100) * seconds;
    return { requests: done.requests, ownCpuSeconds: own - atReady, allCpuSeconds: allSeconds };
  } finally {
    await target.stop();
  }
}

function readFileOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'loadstar-bench-taurus-'));
try {
  const rows = Number(values.rows);
  const rounds = Number(values.rounds);
  const sizes = [];
  for (const size of [Math.round(rows / 5), rows]) {
    const path = join(folder, 'kpi.jtl');
    await writeSamples(path, size);
    const reads = Array.from({ length: rounds }, () => readOnce(path, size));
    sizes.push({
      rows: size,
      rowsPerCpuSecond: spreadOf(
        reads.map(({ cpuSeconds }) => size / cpuSeconds),
        0,
      ),
      peakMb: spreadOf(
        reads.map(({ peakMb }) => peakMb),
        0,
      ),
    });
    rmSync(path);
  }
  console.log(JSON.stringify({ sizes, rounds, worker: await runWorker(join(folder, 'run'), Number(values.seconds)) }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
