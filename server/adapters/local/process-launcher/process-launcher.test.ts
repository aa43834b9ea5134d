import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { taskNodeFlags } from '../../../../core/run/task-node-flags.ts';
import { launcherContract } from '../../../ports/launcher.contract.ts';
import { startScript } from '../fixtures/run-script.ts';
import {
  alive,
  eventually,
  type LauncherFolder,
  makeLauncherFolder,
  taskProgram,
  tasks,
} from './fixtures/launcher-folder.ts';
import { createProcessLauncher } from './process-launcher.ts';

const launchAndWait = new URL('./fixtures/launch-and-wait.ts', import.meta.url);

launcherContract('process launcher', async (capacity) => {
  const folder = await makeLauncherFolder();
  return {
    launcher: folder.open({ capacity }),
    reopen: async () => folder.open({ capacity }),
    runFolderUrl: folder.runFolderUrl,
    starts: async () => (await folder.starts()).map(({ region, task }) => `${region} ${task}`),
    close: folder.close,
  };
});

describe('the process launcher', () => {
  let folder: LauncherFolder;
  beforeEach(async () => {
    folder = await makeLauncherFolder();
  });
  afterEach(() => folder.close());

  const orderOf: LauncherFolder['orderOf'] = (behaviour, overrides) => folder.orderOf(behaviour, overrides);
  const begun = (count: number) => folder.begun(count);
  const pids = () => folder.pids();
  const fileOf = (name: string) => folder.fileOf(name);

  describe('gives a task', () => {
    it('only what it needs of the environment, its arguments, and this Node', async () => {
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
      vi.stubEnv('NODE_OPTIONS', '--no-warnings');
      vi.stubEnv('LOADSTAR_TOKEN', 'secret');
      vi.stubEnv('TZ', 'Asia/Tokyo');
      vi.stubEnv('LOADSTAR_K6', '/opt/k6');
      const launcher = folder.open({ enginesFolder: '/opt/engines' });
      await launcher.launch(orderOf('shows what it got', { tasks: [{ region: 'eu', task: 7 }] }));
      vi.unstubAllEnvs();
      await begun(1);
      const got = JSON.parse(readFileSync(join(folder.path, 'runs', 'got.json'), 'utf8'));
      expect(got.argv).toEqual([
        taskProgram,
        '--run-folder',
        folder.runFolderUrl('shows what it got'),
        '--region',
        'eu',
        '--task',
        '7',
      ]);
      expect(got.execPath).toBe(process.execPath);
      expect(got.execArgv).toEqual(expect.arrayContaining([...taskNodeFlags]));
      expect(got.cwd).toBe(join(folder.stateFolder, 'run-1'));
      const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS', 'JAVA_HOME'];
      // macOS adds one of its own to every process.
      const names = Object.keys(got.env).filter((name) => name !== '__CF_USER_TEXT_ENCODING');
      expect(names.filter((name) => !passedOn.includes(name)).sort()).toEqual([
        'LOADSTAR_ENGINES',
        'LOADSTAR_K6',
        'LOADSTAR_TASK_MARK',
      ]);
      expect(got.env).toMatchObject({ PATH: process.env.PATH, TZ: 'Asia/Tokyo', LOADSTAR_ENGINES: '/opt/engines' });
    });

    it('a log of its own that nobody else reads, and keeps it until the release', async () => {
      const launcher = folder.open();
      await launcher.launch(orderOf('ends', { tasks: tasks(2) }));
      await eventually(() => {
        for (const name of ['eu-0.log', 'eu-1.log']) expect(readFileSync(fileOf(name), 'utf8')).toBe('all done\n');
      });
      expect((await stat(fileOf('eu-0.log'))).mode & 0o777).toBe(0o600);
      expect((await stat(folder.stateFolder)).mode & 0o777).toBe(0o700);
      await launcher.kill('run-1', tasks(2), 0);
      expect(readFileSync(fileOf('eu-0.log'), 'utf8')).toBe('all done\n');
      await launcher.release('run-1');
      expect(await readdir(folder.stateFolder)).toEqual([]);
    });
  });

  describe('says how a task ended', () => {
    const endedBecause = async (behaviour: string) => {
      const launcher = folder.open();
      await launcher.launch(orderOf(behaviour));
      await eventually(async () => expect(await launcher.observe('run-1')).toMatchObject([{ state: 'ended' }]));
      return (await launcher.observe('run-1'))[0]?.endedBecause;
    };

    it.each([
      ['ends', 'exit code 0, its last words: all done'],
      ['fails', 'exit code 1, its last words: Error: the disk is on fire'],
      ['exits with 3', 'exit code 3, its last words: no more disk: it melted'],
    ])('that %s', async (behaviour, expected) => {
      expect(await endedBecause(behaviour)).toBe(expected);
      expect((await folder.open().observe('run-1'))[0]?.endedBecause).toBe(expected);
    });

    it('that was killed by somebody', async () => {
      const launcher = folder.open();
      await launcher.launch(orderOf('stays'));
      await begun(1);
      for (const pid of await pids()) process.kill(pid, 'SIGKILL');
      await eventually(async () => expect(await launcher.observe('run-1')).toMatchObject([{ state: 'ended' }]));
      expect((await launcher.observe('run-1'))[0]?.endedBecause).toBe('ended by SIGKILL');
    });

    it('while no launcher was there, as far as its log tells', async () => {
      const dead = startScript(launchAndWait, [folder.stateFolder, folder.runFolderUrl('ignores being asked'), '1']);
      await dead.printed('launched');
      dead.child.kill('SIGKILL');
      await dead.ended;
      await begun(1);
      appendFileSync(fileOf('eu-0.log'), 'the last thing I say\n');
      for (const pid of await pids()) process.kill(pid, 'SIGKILL');
      const launcher = folder.open();
      const expected = [{ state: 'ended', endedBecause: 'ended, its last words: the last thing I say' }];
      await eventually(async () => expect(await launcher.observe('run-1')).toMatchObject(expected));
    });

    it('whose program is missing', async () => {
      const launcher = folder.open({ workerEntry: join(folder.path, 'no-such-program.ts') });
      await launcher.launch(orderOf('stays'));
      await eventually(async () => expect(await launcher.observe('run-1')).toMatchObject([{ state: 'ended' }]));
      const [task] = await launcher.observe('run-1');
      expect(task?.endedBecause).toMatch(
        /^exit code 1, its last words: Error.*Cannot find module '.*no-such-program\.ts'/,
      );
    });
  });

  describe('that cannot start a task', () => {
    const failed = (reason: string) => ({
      code: 'launch_failed',
      message: expect.stringContaining(reason),
    });

    it('says why, and can do so later', async () => {
      const node = join(folder.path, 'node');
      const launcher = folder.open({ node });
      const order = orderOf('stays', { tasks: tasks(3) });
      const reason = failed(`task 0 of region eu could not be started: spawn ${node} ENOENT`);
      await expect(launcher.launch(order)).rejects.toMatchObject(reason);
      writeFileSync(node, `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o600 });
      await expect(launcher.launch(order)).rejects.toMatchObject(failed(`spawn ${node} EACCES`));
      expect(await launcher.observe('run-1')).toEqual([]);
      chmodSync(node, 0o700);
      await launcher.launch(order);
      await begun(3);
      await launcher.kill('run-1', tasks(3), 0);
    });

    it('leaves none of the others running', async () => {
      mkdirSync(fileOf('eu-2.log'), { recursive: true });
      const launcher = folder.open();
      const order = orderOf('stays', { tasks: tasks(4) });
      const reason = failed('run run-1: task 2 of region eu could not be started: EISDIR');
      await expect(launcher.launch(order)).rejects.toMatchObject(reason);
      expect(await launcher.observe('run-1')).toEqual([]);
      expect(await launcher.capacity()).toMatchObject([{ tasksRunning: 0 }]);
      expect(await readdir(join(folder.stateFolder, 'run-1'))).toEqual(['eu-0.log', 'eu-1.log', 'eu-2.log']);
      expect(alive(await pids())).toEqual([]);
      rmSync(fileOf('eu-2.log'), { recursive: true });
      await launcher.launch(order);
      await eventually(async () => expect(alive(await pids())).toHaveLength(4));
      await launcher.kill('run-1', tasks(4), 0);
    });
  });

  describe('asked to launch a task under another token', () => {
    it('refuses while it runs', async () => {
      const launcher = folder.open();
      await launcher.launch(orderOf('stays'));
      const again = launcher.launch(orderOf('stays', { token: 'another' }));
      await expect(again).rejects.toMatchObject({
        code: 'launch_failed',
        message: expect.stringContaining('it runs already, started by another launch'),
      });
      expect(await launcher.observe('run-1')).toMatchObject([{ state: 'running' }]);
      await launcher.kill('run-1', tasks(1), 0);
    });

    it('starts it anew when it has ended', async () => {
      const launcher = folder.open();
      await launcher.launch(orderOf('stays'));
      await begun(1);
      await launcher.kill('run-1', tasks(1), 0);
      await launcher.launch(orderOf('stays', { token: 'another' }));
      await begun(2);
      expect(await launcher.observe('run-1')).toMatchObject([{ state: 'running' }]);
      await launcher.kill('run-1', tasks(1), 0);
    });
  });

  it('starts and ends 50 tasks at once', async () => {
    const launcher = folder.open();
    await launcher.launch(orderOf('stays', { tasks: tasks(50) }));
    expect(await launcher.capacity()).toEqual([{ region: 'eu', tasksMax: 100, tasksRunning: 50 }]);
    await begun(50);
    expect(new Set((await folder.starts()).map((start) => start.task)).size).toBe(50);
    await launcher.kill('run-1', tasks(50), 20);
    expect(alive(await pids())).toEqual([]);
    expect((await launcher.observe('run-1')).every((task) => task.state === 'ended')).toBe(true);
  });

  it.each([
    { capacity: { 'Not A Region': 1 } },
    { capacity: { '../eu': 1 } },
    { capacity: { eu: -1 } },
    { capacity: { eu: Number.NaN } },
  ])('refuses the options %j', (options) => {
    expect(() => folder.open(options)).toThrow(expect.objectContaining({ code: 'option_invalid' }));
  });

  it('says which folder it cannot use', () => {
    writeFileSync(join(folder.path, 'file'), '');
    const stateFolder = join(folder.path, 'file', 'tasks');
    expect(() => createProcessLauncher({ stateFolder, capacity: {}, workerEntry: taskProgram })).toThrow(
      `cannot use the tasks' folder ${stateFolder}: a part of its path is a file, not a folder (ENOTDIR)`,
    );
  });
});
