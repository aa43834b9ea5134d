/** Tasks that a command starts, and tasks of another user: with the real launcher, and a task that looks at what it got. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext, vi } from 'vitest';
import { taskNodeFlags } from '../../../../core/run/task-node-flags.ts';
import type { LaunchOrder } from '../../../ports/launcher.ts';
import { alive, type LauncherFolder, makeLauncherFolder } from './fixtures/launcher-folder.ts';
import type { ProcessLauncherOptions } from './process-launcher.ts';
import { findProgram, findTasksUser } from './region-programs.ts';

const NOBODY = 'nobody';
const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 30_000, interval: 20 });
const task = { region: 'eu', task: 7 };

let folder: LauncherFolder;
beforeEach(async () => {
  folder = await makeLauncherFolder();
});
afterEach(() => folder.close());

const orderOf = (changes: Partial<LaunchOrder> = {}): LaunchOrder => ({
  runId: 'run-1',
  runFolderUrl: folder.runFolderUrl('stays'),
  overHttp: { runFolderUrl: 'http://127.0.0.1:1/api/run-folders/run-1/', token: 'lsr_secret' },
  tasks: [task],
  token: 'token',
  ...changes,
});

/** A worker's program that prints what it finds, and stays. */
function workerThat(body: string): string {
  const path = join(folder.path, 'worker.mjs');
  writeFileSync(path, `import fs from 'node:fs';\n${body}\nsetInterval(() => {}, 60_000);\n`);
  chmodSync(folder.path, 0o755);
  return path;
}

const open = (options: Partial<ProcessLauncherOptions>) => folder.open(options);
const logOf = () => readFileSync(join(folder.stateFolder, 'run-1', 'eu-7.log'), 'utf8');
const printed = (): Promise<Record<string, unknown>> =>
  eventually(() => JSON.parse(/^printed (.*)$/m.exec(logOf())?.[1] ?? '') as Record<string, unknown>);

const PRINT = `console.log('printed ' + JSON.stringify({
  argv: process.argv.slice(2), env: process.env, pid: process.pid, cwd: process.cwd(), uid: process.getuid(), groups: process.getgroups(),
}));`;

describe('a region with a command', () => {
  // `env` stands for ssh, ip netns exec and the like: it runs what follows, in place.
  const command = ['env', 'FROM_COMMAND=yes'];

  it('has its tasks started by it, their run folder over HTTP, the token in the environment alone', async () => {
    const launcher = open({ programs: { eu: { command } }, workerEntry: workerThat(PRINT) });
    expect(await launcher.capacity()).toMatchObject([{ region: 'eu', runFolder: 'http' }]);
    await launcher.launch(orderOf());
    const { argv, env, pid } = await printed();
    const url = 'http://127.0.0.1:1/api/run-folders/run-1/';
    expect(argv).toEqual(['--run-folder', url, '--region', 'eu', '--task', '7']);
    expect(env).toMatchObject({
      FROM_COMMAND: 'yes',
      LOADSTAR_RUN_FOLDER: url,
      LOADSTAR_REGION: 'eu',
      LOADSTAR_TASK: '7',
      LOADSTAR_RUN_TOKEN: 'lsr_secret',
    });
    expect(Object.keys(env as object)).not.toContain('LOADSTAR_TASK_ORDER');
    for (const name of execFileSync('ls', [join(folder.stateFolder, 'run-1')], { encoding: 'utf8' })
      .trim()
      .split('\n')) {
      if (name.endsWith('.json'))
        expect(readFileSync(join(folder.stateFolder, 'run-1', name), 'utf8')).not.toContain('lsr_');
    }
    // A successor finds the task by its number and its start, and ends it.
    const successor = open({ programs: { eu: { command } } });
    expect(await successor.observe('run-1')).toEqual([{ ...task, state: 'running', endedBecause: null }]);
    await successor.kill('run-1', [task], 5);
    expect(alive([Number(pid)])).toEqual([]);
  });

  it('starts nothing twice, and says how the command ended', async () => {
    const launcher = open({
      programs: { eu: { command: ['sh', '-c', 'echo begun >&2; echo no route to host; exit 255'] } },
    });
    await Promise.all([launcher.launch(orderOf()), launcher.launch(orderOf())]);
    await eventually(async () =>
      expect(await launcher.observe('run-1')).toEqual([
        { ...task, state: 'ended', endedBecause: 'exit code 255, its last words: no route to host' },
      ]),
    );
    await launcher.launch(orderOf());
    expect(logOf().match(/begun/g)).toHaveLength(1);
  });

  it('may reach its run folder as files', async () => {
    const launcher = open({ programs: { eu: { command, runFolder: 'file' } }, workerEntry: workerThat(PRINT) });
    await launcher.launch(orderOf());
    const { argv, env } = await printed();
    expect((argv as string[])[1]).toMatch(/^file:/);
    expect(Object.keys(env as object)).not.toContain('LOADSTAR_RUN_TOKEN');
  });

  it('cannot start tasks without a program, or without a folder over HTTP', async () => {
    const launcher = open({ programs: { eu: { command: ['no-such-program'] } } });
    const failed = { name: 'LoadstarError', code: 'launch_failed' };
    await expect(launcher.launch(orderOf())).rejects.toMatchObject({
      ...failed,
      message: expect.stringContaining('there is no program no-such-program'),
    });
    const { overHttp: _, ...order } = orderOf();
    await expect(open({ programs: { eu: { command } } }).launch(order)).rejects.toMatchObject({
      ...failed,
      message: expect.stringContaining('its run folder is not served over HTTP'),
    });
    expect(await launcher.observe('run-1')).toEqual([]);
  });

  it('finds its program on the PATH or by its path, and only programs', () => {
    expect(findProgram('sh')).toMatch(/^\/.*\/sh$/);
    expect(findProgram('/bin/sh')).toBe('/bin/sh');
    for (const name of ['', '/', '/etc/passwd', 'no-such-program'])
      expect(() => findProgram(name)).toThrow('no program');
  });
});

describe('tasks of another user', () => {
  const needsRoot = (context: TestContext) => {
    if (process.getuid?.() !== 0) context.skip('only root starts processes of another user');
  };

  it('can read nothing of the data directory, and cannot go back', async (context) => {
    needsRoot(context);
    const home = join(folder.path, 'home');
    mkdirSync(home, { mode: 0o755 });
    const secrets = ['local-token', 'signing-key', 'loadstar.sqlite'].map((name) => join(home, name));
    for (const path of secrets) writeFileSync(path, 'secret', { mode: 0o600 });
    const order = join(folder.stateFolder, 'run-1', 'eu-7.order.json');
    const entry = workerThat(`
      const attempt = (work) => { try { return work(); } catch (error) { return error.code; } };
      const reads = ${JSON.stringify([...secrets, order])}.map((path) => attempt(() => fs.readFileSync(path, 'utf8')));
      const back = attempt(() => process.setuid(0));
      console.log('printed ' + JSON.stringify({ reads, back, uid: process.getuid(), groups: process.getgroups(), env: process.env, pid: process.pid, execArgv: process.execArgv }));`);
    // As the configuration has it when nothing is said.
    const programs = { eu: { command: null, runFolder: 'file' } } as const;
    const launcher = open({ tasksUser: NOBODY, programs, workerEntry: entry });
    expect(await launcher.capacity()).toMatchObject([{ runFolder: 'http' }]);
    await launcher.launch(orderOf());
    const { uid, gid } = findTasksUser(NOBODY);
    const found = await printed();
    expect(existsSync(order)).toBe(true);
    expect(found).toMatchObject({ reads: ['EACCES', 'EACCES', 'EACCES', 'EACCES'], back: 'EPERM', uid, groups: [gid] });
    expect(found.env).toMatchObject({ LOADSTAR_RUN_TOKEN: 'lsr_secret' });
    expect(found.execArgv).toEqual([...taskNodeFlags]);
    expect(Object.keys(found.env as object)).not.toContain('HOME');
    await launcher.kill('run-1', [task], 5);
    expect(alive([Number(found.pid)])).toEqual([]);
  });

  it('must be a user that exists and is not root', (context) => {
    needsRoot(context);
    const invalid = { name: 'LoadstarError', code: 'config_invalid' };
    for (const name of ['no-such-user', 'root', '0', '-u']) {
      expect(() => findTasksUser(name), name).toThrow(expect.objectContaining(invalid));
    }
  });
});
