import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../core/report/report.ts';
import type { Scenario } from '../core/scenario/scenario.ts';
import { rawZip } from '../server/uploads/fixtures/raw-zip.ts';
import { recordedOutputs } from './fixtures/recorded-output.ts';
import { runProgram } from './program.ts';
import type { ControlPlane, OpenControlPlane } from './run/control-plane.ts';
import { criterion, report } from './summary/fixtures/report.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-program-'));
  await writeFile(
    join(folder, 'shop.yml'),
    `execution: [{concurrency: 2, hold-for: 1s, scenario: shop}]
scenarios: {shop: {default-address: 'http://127.0.0.1:1', requests: [{url: /, method: POST, body-file: body.json}]}}`,
  );
  await writeFile(join(folder, 'body.json'), '{}');
});
afterEach(() => rm(folder, { recursive: true }));

interface Seen {
  scenario: Scenario | null;
  files: string[];
  capacity: Readonly<Record<string, number>>;
  home: string;
  calls: string[];
}

/** A control plane whose runs end at once with the given report. */
function controlPlaneWith(
  made: Report | null,
  change: Partial<ControlPlane> = {},
): { open: OpenControlPlane; seen: Seen } {
  const seen: Seen = { scenario: null, files: [], capacity: {}, home: '', calls: [] };
  const open: OpenControlPlane = async ({ home, capacity }) => {
    Object.assign(seen, { home, capacity });
    const runFolder = join(home, 'objects', 'run-1');
    return {
      start: async (scenario, files) => {
        Object.assign(seen, { scenario, files: [...files.keys()] });
        await mkdir(join(runFolder, 'results'), { recursive: true });
        await writeFile(join(runFolder, 'plan.json'), '{}');
        return 'run-1';
      },
      watch: async () => {},
      cancel: async () => {},
      readReport: async () => made,
      reasonOf: async () => 'no task could be launched',
      runFolder: () => runFolder,
      killTasksNow: () => seen.calls.push('kill'),
      close: async () => {
        seen.calls.push('close');
      },
      ...change,
    };
  };
  return { open, seen };
}

async function run(args: string[], open = controlPlaneWith(report()).open) {
  const outputs = recordedOutputs();
  const exitCode = await runProgram(args, open, outputs);
  return { exitCode, results: outputs.resultText(), messages: outputs.messageText() };
}

const scenarioFile = () => join(folder, 'shop.yml');

describe('a command line that is wrong', () => {
  it('runs a zip: its Taurus file, or its script with all that it brings', async () => {
    const zip = join(folder, 'tests.zip');
    const { open, seen } = controlPlaneWith(report());
    const run = (...args: string[]) => runProgram(['run', zip, ...args], open, recordedOutputs());
    const shop = await readFile(join(folder, 'shop.yml'), 'utf8');
    const files = ['body.json', 'unused.csv'].map((name) => ({ name, content: '{}' }));
    await writeFile(zip, rawZip([{ name: 'shop.yml', content: shop }, ...files]));
    expect([await run('--tasks', '2'), seen.scenario?.name, seen.files]).toEqual([0, 'shop', ['body.json']]);
    await writeFile(zip, rawZip([{ name: 'a.js', content: '' }, { name: 'b.js', content: '' }, ...files]));
    expect(await run()).toBe(2);
    const load = ['--set', 'execution.0.concurrency=2', '--set', 'execution.0.hold-for=5s'];
    expect(await run('--main', 'b.js', ...load)).toBe(0);
    expect(seen.scenario?.taurus?.executions).toMatchObject([{ script: 'b.js', load: { concurrency: 2 } }]);
    expect(seen.files).toEqual(['a.js', 'b.js', 'body.json', 'unused.csv']);
    await writeFile(zip, rawZip([{ name: 'shop.yml', content: shop }]));
    expect(await run()).toBe(2);
  });

  it('leads to exit code 2 and says so on standard error, without opening anything', async () => {
    const neverOpened: OpenControlPlane = () => Promise.reject(new Error('opened'));
    const wrong = [
      [],
      ['nonsense'],
      ['run'],
      ['run', '--nonsense', 'x.yml'],
      ['run', 'x.yml', '--tasks'],
      ['run', join(folder, 'missing.yml')],
      ['run', scenarioFile(), '--tasks', 'x'],
      ['run', scenarioFile(), '--set', 'execution.0.concurrency=-1'],
      ['run', scenarioFile(), '--set', 'execution.0.nonsense=1'],
    ];
    for (const args of wrong) {
      const { exitCode, results, messages } = await run(args, neverOpened);
      expect([args, exitCode, results]).toEqual([args, 2, '']);
      expect(messages).not.toBe('');
      expect(messages).not.toContain('    at ');
    }
  });

  it('is answered with every problem at once', async () => {
    const { messages } = await run(['run', join(folder, 'missing.yml'), '--tasks', '0', '--regions', 'A']);
    expect(messages).toMatch(/--tasks: [\s\S]*--regions: [\s\S]*hint[\s\S]*missing\.yml: does not exist[\s\S]*hint/);
    await writeFile(join(folder, 'bad.yml'), 'execution: [{concurrency: x, hold-for: y}]\nscenarios: {}');
    const bad = await run(['run', join(folder, 'bad.yml')]);
    expect(bad.exitCode).toBe(2);
    expect(bad.messages).toMatch(/execution\[0\]\.hold-for: [\s\S]*execution\[0\]\.concurrency: [\s\S]*hint/);
    await rm(join(folder, 'body.json'));
    expect((await run(['run', scenarioFile()])).messages).toMatch(/body\.json: is not in/);
  });

  it('is not one that asks for help or the version', async () => {
    const version = JSON.parse(await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8')).version;
    expect(await run(['--version'])).toEqual({ exitCode: 0, results: `${version}\n`, messages: '' });
    expect((await run(['--help'])).results).toContain('run');
    const help = await run(['run', '--help']);
    expect(help).toMatchObject({ exitCode: 0, messages: '' });
    for (const word of ['--tasks', '--regions', '--set', '--report', '--out', '--quiet', '130', 'interrupted']) {
      expect(help.results).toContain(word);
    }
    expect(help.results).not.toContain('default:');
  });
});

describe('a run', () => {
  it('gets the scenario as it was placed and changed, with its files', async () => {
    const { open, seen } = controlPlaneWith(report());
    const set = ['--set', 'execution.0.concurrency=7'];
    const { exitCode } = await run(['run', scenarioFile(), '--tasks', '3', '--regions', 'a,b', ...set], open);
    expect(exitCode).toBe(0);
    expect(seen.capacity).toEqual({ a: 3, b: 3 });
    expect(seen.scenario?.executions[0]?.load.concurrency).toBe(7);
    expect(seen.files).toEqual(['body.json']);
  });

  it('prints its summary, writes its report, and leaves nothing else behind', async () => {
    const { open, seen } = controlPlaneWith(report());
    const file = join(folder, 'out.json');
    const { results, messages } = await run(['run', scenarioFile(), '--report', file], open);
    expect(results).toMatch(/^Quick start[\s\S]*report +.*out\.json\n\nDONE/);
    expect(messages).toBe('');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(report());
    expect(seen.calls).toEqual(['kill', 'close', 'kill']);
    expect(existsSync(seen.home)).toBe(false);
  });

  it('leaves its run folder where it was asked to', async () => {
    const out = join(folder, 'new', 'out');
    const { results } = await run(['run', scenarioFile(), '--out', out]);
    expect((await readdir(out)).sort()).toEqual(['plan.json', 'results']);
    expect(results).toContain(out);
  });

  it('prints but its verdict when quiet', async () => {
    const made = report({ verdict: 'passed', criteria: [criterion()] });
    const quiet = await run(['run', scenarioFile(), '--quiet'], controlPlaneWith(made).open);
    expect(quiet).toEqual({ exitCode: 0, results: 'PASSED  1 of 1 criteria held\n', messages: '' });
  });

  it('ends with the exit code of its verdict', async () => {
    const codeOf = async (change: Partial<Report>) =>
      (await run(['run', scenarioFile()], controlPlaneWith(report(change)).open)).exitCode;
    expect(await codeOf({ verdict: 'failed', criteria: [criterion({ passed: false })] })).toBe(1);
    expect(await codeOf({ verdict: 'invalid' })).toBe(3);
    expect(await codeOf({ status: 'failed' })).toBe(3);
    expect(await codeOf({ status: 'cancelled' })).toBe(130);
  });

  it('says why when it ended without a report, or broke, and leaves no task behind', async () => {
    const without = controlPlaneWith(null);
    const ended = await run(['run', scenarioFile()], without.open);
    expect(ended).toMatchObject({ exitCode: 3, results: '' });
    expect(ended.messages).toContain('no task could be launched');
    const broken = controlPlaneWith(report(), { watch: () => Promise.reject(new Error('disk gone')) });
    const broke = await run(['run', scenarioFile()], broken.open);
    expect(broke.exitCode).toBe(3);
    expect(broke.messages).toContain('disk gone');
    for (const { seen } of [without, broken]) {
      expect(seen.calls).toEqual(['kill', 'close', 'kill']);
      expect(existsSync(seen.home)).toBe(false);
    }
  });

  it('does not lose its summary when the report cannot be written', async () => {
    const file = join(folder, 'out.json');
    const { open } = controlPlaneWith(report(), { watch: () => mkdir(file).then(() => {}) });
    const { exitCode, results, messages } = await run(['run', scenarioFile(), '--report', file], open);
    expect(exitCode).toBe(3);
    expect(results).toContain('DONE');
    expect(results).not.toContain('out.json');
    expect(messages).toContain('could not be written');
  });
});
