import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '../core/report/report.ts';
import type { CountReport } from '../practice-target/served-counts.ts';
import { type PracticeTarget, startPracticeTarget } from '../practice-target/start.ts';
import { processesNaming } from './fixtures/processes.ts';
import { checkAgainstTarget } from './serve/target-check.ts';

const program = join(import.meta.dirname, 'bin', 'loadstar.js');
let target: PracticeTarget;
let folder: string;

beforeAll(async () => {
  target = await startPracticeTarget({ port: 0 });
});
afterAll(() => target.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-cli-'));
  await fetch(`${target.url}/__count`, { method: 'DELETE' });
});
afterEach(async () => {
  // Nothing when the test passed.
  for (const pid of processesNaming(folder)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A busy machine takes its time, and may make a generator unhealthy: then the run is invalid, rightly. */
const patience = { timeout: 120_000 };
const exitCodeFor = (report: Report, exitCode: number) => (report.verdict === 'invalid' ? 3 : exitCode);

/** Writes a scenario of two tasks that asks for `path` again and again. */
async function scenario(path: string, holdFor: string, more = ''): Promise<string> {
  const file = join(folder, 'scenario.yml');
  const text = `
loadstar: {regions: {here: {tasks: 2}}}
execution: [{concurrency: 4, hold-for: ${holdFor}, scenario: s}]
scenarios: {s: {default-address: '${target.url}', requests: [{url: ${path}, label: it}]}}
${more}`;
  await writeFile(file, text);
  return file;
}

interface Cli {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  /** Resolves with its exit code, or the name of the signal that ended it, when its output is read. */
  ended: Promise<number | string>;
}

function start(args: string[]): Cli {
  // All that it starts names the folder: tasks by their run folder.
  const child = spawn(process.execPath, [program, 'run', ...args, '--out', join(folder, 'out')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return { child, output, ended: once(child, 'close').then(([code, signal]) => code ?? signal) };
}

async function readReport(): Promise<Report> {
  return reportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
}

async function served(): Promise<CountReport> {
  return (await (await fetch(`${target.url}/__count`)).json()) as CountReport;
}

/** Resolves when the target has got so many requests; throws what the run said when it has ended before. */
async function untilReceived(count: number, run: Cli): Promise<void> {
  while ((await served()).received < count) {
    if (run.child.exitCode !== null) throw new Error(`it ended:\n${run.output.stderr}${run.output.stdout}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Tasks of the run that live. */
function tasks(): number[] {
  return processesNaming(join(folder, 'out')).filter((pid) => processesNaming('worker/main.ts').includes(pid));
}

const reportArguments = () => ['--report', join(folder, 'report.json')];

describe('loadstar run, with real tasks', patience, () => {
  it('reports exactly what the target served', async () => {
    const run = start([await scenario('/api/products', '2s'), ...reportArguments()]);
    const exitCode = await run.ended;
    expect(run.output.stderr).toContain('running');
    const report = await readReport();
    expect(report).toMatchObject({ status: 'complete', tasksPlanned: 2, tasksDelivered: 2 });
    expect(exitCode, run.output.stderr + run.output.stdout).toBe(exitCodeFor(report, 0));
    expect(report.total.requests).toBeGreaterThan(10);
    expect(checkAgainstTarget(report, await served())).toMatchObject({ matches: true });
    expect(run.output.stdout).toMatch(/DONE|INVALID/);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(
      expect.arrayContaining(['plan.json', 'report.json', 'results', 'series']),
    );
    expect(tasks()).toEqual([]);
  });

  it('ends with 1 when a criterion failed', async () => {
    const criteria = "reporting: [{module: passfail, criteria: ['fail>10%']}]";
    const run = start([await scenario('/flaky/50', '2s', criteria), ...reportArguments()]);
    const exitCode = await run.ended;
    const report = await readReport();
    expect(exitCode, run.output.stderr + run.output.stdout).toBe(exitCodeFor(report, 1));
    expect(run.output.stdout).toMatch(/✗ fail>10%|x fail>10%/);
    const { total } = report;
    expect(total.failures).toBeGreaterThan(0);
    expect(total.failures).toBe(total.codes['500']);
  });

  it('ends with 2 when its input is bad, having started nothing', async () => {
    const run = start([await scenario('/', 'soon')]);
    expect(await run.ended).toBe(2);
    expect(run.output.stderr).toContain('execution[0].hold-for');
    expect((await served()).received).toBe(0);
  });

  it('ends with 3 when its tasks die', async () => {
    const run = start([await scenario('/api/products', '60s'), ...reportArguments()]);
    await untilReceived(1, run);
    for (const pid of tasks()) process.kill(pid, 'SIGKILL');
    expect(await run.ended).toBe(3);
    expect((await readReport()).status).toBe('failed');
  });

  it('survives a reader that goes away', async () => {
    const run = start([await scenario('/api/products', '1s'), ...reportArguments()]);
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    const exitCode = await run.ended;
    expect(exitCode).toBe(exitCodeFor(await readReport(), 0));
  });
});

describe('Ctrl-C', patience, () => {
  async function startAndWaitForLoad(path = '/api/products'): Promise<Cli> {
    const run = start([await scenario(path, '120s'), ...reportArguments()]);
    await untilReceived(4, run);
    expect(tasks()).toHaveLength(2);
    return run;
  }

  it('once stops the load and still gives the partial report', async () => {
    const run = await startAndWaitForLoad();
    const interruptedAt = performance.now();
    run.child.kill('SIGINT');
    // As a terminal and npm do it.
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(performance.now() - interruptedAt).toBeLessThan(100_000);
    const report = await readReport();
    expect(report).toMatchObject({ status: 'cancelled', partial: true, tasksDelivered: 2 });
    expect(checkAgainstTarget(report, await served())).toMatchObject({ matches: true });
    expect(run.output.stdout).toContain('CANCELLED');
    expect(tasks()).toEqual([]);
  });

  it('as SIGTERM is the same', async () => {
    const run = await startAndWaitForLoad();
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(130);
    expect((await readReport()).status).toBe('cancelled');
    expect(tasks()).toEqual([]);
  });

  it('twice ends at once and leaves no task behind', async () => {
    // Requests that take their time keep the run from ending after the first one.
    const run = await startAndWaitForLoad('/delay/30000');
    run.child.kill('SIGINT');
    await expect.poll(() => run.output.stderr, patience).toContain('Ctrl-C again ends at once');
    // Presses that come close together are one.
    await new Promise((resolve) => setTimeout(resolve, 700));
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(run.output.stderr).toContain('Ended at once');
    await expect.poll(tasks, patience).toEqual([]);
    await expect.poll(served, patience).toMatchObject({ served: 0, underWay: 0 });
    expect(existsSync(join(folder, 'report.json'))).toBe(false);
  });
});
