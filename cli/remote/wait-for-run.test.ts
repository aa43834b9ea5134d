/** Runs on a real server, waited for by real CLI processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportSchema } from '../../core/report/report.ts';
import { type PracticeTarget, startPracticeTarget } from '../../practice-target/start.ts';
import { answerJson, startAnswering } from '../fixtures/answering-server.ts';
import { sampleRun, sampleScenario } from '../fixtures/api-resources.ts';
import { processesNaming } from '../fixtures/processes.ts';
import { type ServerProcess, startServerProcess } from '../fixtures/server-process.ts';

const program = join(import.meta.dirname, '..', 'loadstar.ts');
/** A busy machine takes its time. */
const patience = { timeout: 120_000 };
let home: string;
let folder: string;
let target: PracticeTarget;
let server: ServerProcess;
let url: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'loadstar-wait-home-'));
  target = await startPracticeTarget({ port: 0 });
  server = startServerProcess({ LOADSTAR_HOME: home });
  url = await server.url();
});
afterAll(async () => {
  server.child.kill('SIGKILL');
  await server.ended;
  await target.stop();
  // Nothing when the tests passed.
  for (const pid of processesNaming(home)) process.kill(pid, 'SIGKILL');
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-wait-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Cli {
  child: ChildProcess;
  printed: { stdout: string; stderr: string };
  ended: Promise<number | string>;
}

function loadstar(...args: string[]): Cli {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: folder, LOADSTAR_HOME: home, LOADSTAR_SERVER: url, LANG: 'C.UTF-8' },
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      printed[name] += chunk;
    });
  }
  return { child, printed, ended: once(child, 'close').then(([code, signal]) => code ?? signal) };
}

/** Resolves when it has printed it; throws what it said when it ended before. */
async function untilPrinted(text: string, { printed, ended }: Cli): Promise<void> {
  let hasEnded = false;
  ended.then(() => {
    hasEnded = true;
  });
  while (!printed.stderr.includes(text)) {
    if (hasEnded) throw new Error(`it ended: ${printed.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function scenario(name: string, seconds: number, more = ''): Promise<string> {
  const file = join(folder, `${name}.yml`);
  await writeFile(
    file,
    `loadstar: {name: ${name}, regions: {local: {tasks: 1}}}
execution: [{concurrency: 2, hold-for: ${seconds}s, scenario: s}]
scenarios: {s: {default-address: '${target.url}', requests: [{url: /delay/20, label: it}]}}
${more}`,
  );
  return file;
}

describe('loadstar run --server', () => {
  it('ends with the summary, the report and the exit code of the run', patience, async () => {
    const failing = "reporting: [{module: passfail, criteria: ['avg-rt>1ms for 1s, continue as failed']}]";
    const file = await scenario('remote', 2, failing);
    const report = join(folder, 'report.json');
    const run = loadstar('run', '--server', url, file, '--report', report);
    const exitCode = await run.ended;
    const made = reportSchema.parse(JSON.parse(await readFile(report, 'utf8')));
    expect(made.total.codes['200']).toBeGreaterThan(10);
    expect([made.verdict, exitCode]).toEqual(made.verdict === 'invalid' ? ['invalid', 3] : ['failed', 1]);
    expect(run.printed.stdout).toMatch(/^remote [\s\S]*report +.*report\.json\n\n(FAILED|INVALID)/);
    expect(run.printed.stderr).toContain(`Run ${made.runId} of "remote" on ${url}`);
    expect(run.printed.stderr).toMatch(/ running/);

    const again = loadstar('runs', 'start', 'remote', '--wait', '--output', 'json');
    await again.ended;
    const second = reportSchema.parse(JSON.parse(again.printed.stdout));
    expect(second.scenario).toBe('remote');
    expect(second.runId).not.toBe(made.runId);
  });
});

describe('Ctrl-C', () => {
  it('cancels the run that is waited for, and brings its partial report', patience, async () => {
    await loadstar('scenarios', 'apply', await scenario('long', 600)).ended;
    const run = loadstar('runs', 'start', 'long', '--wait');
    await untilPrinted(' req/s', run);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(run.printed.stderr).toContain('the run is being cancelled');
    expect(run.printed.stdout).toMatch(/CANCELLED/);
  });

  it('twice leaves at once, however long the server takes', patience, async () => {
    const stuck = await startAnswering(({ url: path }, response) => {
      answerJson(
        response,
        path.startsWith('/api/scenarios/s-1/runs') || path.startsWith('/api/runs') ? sampleRun : sampleScenario,
      );
    });
    const run = loadstar('runs', 'start', 's-1', '--wait', '--server', stuck.url);
    await untilPrinted('running', run);
    run.child.kill('SIGINT');
    await untilPrinted('is being cancelled', run);
    // Presses that come close together are one.
    await new Promise((resolve) => setTimeout(resolve, 700));
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(run.printed.stderr).toContain('Left at once');
    expect(run.printed.stdout).toBe('');
    const keys = stuck.asked.flatMap(({ headers }) => headers['idempotency-key'] ?? []);
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{36}$/)]);
    expect(stuck.asked.filter(({ url: path }) => path === '/api/runs/run-1/cancel')).toHaveLength(1);
    await stuck.close();
  });

  it('ends following, and nothing on the server', patience, async () => {
    await loadstar('scenarios', 'apply', await scenario('longer', 600)).ended;
    const started = loadstar('runs', 'start', 'longer', '--output', 'json');
    expect(await started.ended).toBe(0);
    const { id } = JSON.parse(started.printed.stdout);
    const followed = loadstar('runs', 'follow', id);
    await untilPrinted('running', followed);
    followed.child.kill('SIGINT');
    expect(await followed.ended).toBe(130);
    expect(followed.printed.stderr).toContain('the run goes on');

    const cancelled = loadstar('runs', 'cancel', id, '--output', 'json');
    await cancelled.ended;
    expect(JSON.parse(cancelled.printed.stdout)).toMatchObject({ id, cancelRequested: true });
    const last = loadstar('runs', 'follow', id, '--quiet');
    expect(await last.ended).toBe(130);
    expect(last.printed).toMatchObject({ stdout: expect.stringMatching(/^CANCELLED {2}/), stderr: '' });
  });
});

it('a run that waits for its turn says so', patience, async () => {
  await loadstar('scenarios', 'apply', await scenario('queued', 600)).ended;
  const first = loadstar('runs', 'start', 'queued', '--tasks', '2', '--wait');
  await untilPrinted('running', first);
  const second = loadstar('runs', 'start', 'queued', '--tasks', '2', '--wait');
  await untilPrinted('waits for', second);
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(130);
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(130);
});
