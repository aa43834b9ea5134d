import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { launcherContract } from '../../../ports/launcher.contract.ts';
import type { LaunchOrder } from '../../../ports/launcher.ts';
import { startScript } from '../fixtures/run-script.ts';
import { alive, type LauncherFolder, makeLauncherFolder, taskProgram } from './fixtures/launcher-folder.ts';
import { createProcessLauncher } from './process-launcher.ts';
import { spawnTask } from './spawn-task.ts';
import { attemptOf, claimPathOf, writeRecord } from './task-records.ts';

const launchAndWait = new URL('./fixtures/launch-and-wait.ts', import.meta.url);
const eventually = <T>(check: () => T) => vi.waitFor(check, { timeout: 30_000, interval: 20 });
const tasks = (count: number) => Array.from({ length: count }, (_, task) => ({ region: 'eu', task }));

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

  const orderOf = (behaviour: string, overrides: Partial<LaunchOrder> = {}): LaunchOrder => ({
    runId: 'run-1',
    runFolderUrl: folder.runFolderUrl(behaviour),
    tasks: tasks(1),
    token: 'token',
    ...overrides,
  });
  const begun = (count: number) => eventually(async () => expect(await folder.starts()).toHaveLength(count));
  const pids = async () => (await folder.starts()).map((start) => start.pid);
  const fileOf = (name: string) => join(folder.stateFolder, 'run-1', name);
  const grandchildren = () =>
    eventually(() => {
      const found = readFileSync(fileOf('eu-0.log'), 'utf8').match(/(?<=grandchild )\d+/g) ?? [];
      expect(found).toHaveLength(1);
      return found.map(Number);
    });

  describe('gives a task', () => {
    it('only what it needs of the environment, its arguments, and this Node', async () => {
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
      vi.stubEnv('NODE_OPTIONS', '--no-warnings');
      vi.stubEnv('LOADSTAR_TOKEN', 'secret');
      vi.stubEnv('TZ', 'Asia/Tokyo');
      const launcher = folder.open();
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
      expect(got.cwd).toBe(join(folder.stateFolder, 'run-1'));
      const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS'];
      // macOS adds one of its own to every process.
      const names = Object.keys(got.env).filter((name) => name !== '__CF_USER_TEXT_ENCODING');
      expect(names.filter((name) => !passedOn.includes(name))).toEqual(['LOADSTAR_TASK_MARK']);
      expect(got.env).toMatchObject({ PATH: process.env.PATH, TZ: 'Asia/Tokyo' });
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
      ['ends', 'exit code 0: all done'],
      ['fails', 'exit code 1: Error: the disk is on fire'],
      ['exits with 3', 'exit code 3: no more disk: it melted'],
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
      const expected = [{ state: 'ended', endedBecause: 'ended: the last thing I say' }];
      await eventually(async () => expect(await launcher.observe('run-1')).toMatchObject(expected));
    });

    it('whose program is missing', async () => {
      const launcher = folder.open({ workerEntry: join(folder.path, 'no-such-program.ts') });
      await launcher.launch(orderOf('stays'));
      await eventually(async () => expect(await launcher.observe('run-1')).toMatchObject([{ state: 'ended' }]));
      const [task] = await launcher.observe('run-1');
      expect(task?.endedBecause).toMatch(/^exit code 1: Error.*Cannot find module '.*no-such-program\.ts'/);
    });
  });

  it('keeps no control plane from ending, and leaves its tasks running', async () => {
    const ending = startScript(launchAndWait, [folder.stateFolder, folder.runFolderUrl('stays'), '2', 'ends']);
    expect(await ending.ended).toMatchObject({ code: 0, errors: '' });
    await begun(2);
    const launcher = folder.open();
    expect(await launcher.observe('run-1')).toMatchObject([{ state: 'running' }, { state: 'running' }]);
    await launcher.kill('run-1', tasks(2), 0);
  });

  describe('that was killed', () => {
    it('leaves tasks that its successor finds and ends', async () => {
      const dead = startScript(launchAndWait, [folder.stateFolder, folder.runFolderUrl('ignores being asked'), '5']);
      await dead.printed('launched');
      dead.child.kill('SIGKILL');
      await dead.ended;
      await begun(5);
      const launcher = folder.open();
      expect(await launcher.observe('run-1')).toEqual(
        tasks(5).map((id) => ({ ...id, state: 'running', endedBecause: null })),
      );
      expect(await launcher.capacity()).toEqual([{ region: 'eu', tasksMax: 100, tasksRunning: 5 }]);
      expect(alive(await pids())).toHaveLength(5);
      await launcher.kill('run-1', tasks(5), 0.1);
      expect(alive(await pids())).toEqual([]);
      expect((await launcher.observe('run-1')).map((task) => task.state)).toEqual(Array(5).fill('ended'));
      await launcher.release('run-1');
      expect(await launcher.capacity()).toEqual([{ region: 'eu', tasksMax: 100, tasksRunning: 0 }]);
    });

    it('in the middle of launching lets its successor start what is missing, and nothing twice', async () => {
      const count = 12;
      const url = folder.runFolderUrl('stays');
      const dead = startScript(launchAndWait, [folder.stateFolder, url, String(count)]);
      await dead.printed('launching');
      const orders = async () =>
        (await readdir(join(folder.stateFolder, 'run-1')).catch(() => [])).filter((name) =>
          name.endsWith('.order.json'),
        );
      await vi.waitFor(async () => expect((await orders()).length).toBeGreaterThan(2), {
        timeout: 30_000,
        interval: 1,
      });
      dead.child.kill('SIGKILL');
      await dead.ended;
      const launcher = folder.open();
      await launcher.launch(orderOf('stays', { tasks: tasks(count) }));
      await begun(count);
      expect(new Set((await folder.starts()).map((start) => start.task)).size).toBe(count);
      expect(await launcher.capacity()).toEqual([{ region: 'eu', tasksMax: 100, tasksRunning: count }]);
      await launcher.kill('run-1', tasks(count), 0);
      expect(await folder.starts()).toHaveLength(count);
      expect(alive(await pids())).toEqual([]);
    });
  });

  describe('that died between starting a process and noting it', () => {
    const startUnnoted = async () => {
      const order = { format: 'loadstar.task-order.v1' as const, ...orderOf('stays'), region: 'eu', task: 0 };
      const { tasks: _, ...taskOrder } = order;
      mkdirSync(join(folder.stateFolder, 'run-1'), { recursive: true });
      writeRecord(fileOf('eu-0.order.json'), taskOrder);
      const paths = { order: fileOf('eu-0.order.json'), log: fileOf('eu-0.log') };
      return spawnTask({ node: process.execPath, workerEntry: taskProgram }, taskOrder, paths);
    };

    it('is no loss: the process claims its task itself', async () => {
      const child = await startUnnoted();
      await begun(1);
      const launcher = folder.open();
      expect(await launcher.observe('run-1')).toMatchObject([{ state: 'running' }]);
      await launcher.launch(orderOf('stays'));
      await launcher.kill('run-1', tasks(1), 10);
      expect(await pids()).toEqual([child.pid]);
      expect(alive([child.pid])).toEqual([]);
    });

    it('is no double start: of two processes one runs the task', async () => {
      const children = [await startUnnoted(), await startUnnoted(), await startUnnoted()];
      const launcher = folder.open();
      await launcher.launch(orderOf('stays'));
      await begun(1);
      const [winner = 0] = await pids();
      await eventually(() =>
        expect(alive(children.map((child) => child.pid)).filter((pid) => pid !== winner)).toEqual([]),
      );
      expect(await launcher.observe('run-1')).toMatchObject([{ state: 'running' }]);
      await launcher.kill('run-1', tasks(1), 0);
      expect(await pids()).toEqual([winner]);
      expect(alive([winner])).toEqual([]);
    });

    it('is no late start: once the task was killed or released, the process ends without beginning', async () => {
      for (const give of ['kill', 'release'] as const) {
        const child = await startUnnoted();
        const launcher = folder.open();
        if (give === 'kill') await launcher.kill('run-1', tasks(1), 0);
        else await launcher.release('run-1');
        await eventually(() => expect(alive([child.pid])).toEqual([]));
        expect(await folder.starts()).toEqual([]);
        if (give === 'kill') {
          const reason = { state: 'ended', endedBecause: 'it was ended before it began' };
          expect(await launcher.observe('run-1')).toMatchObject([reason]);
          await launcher.release('run-1');
        }
      }
    });
  });

  describe('is not fooled by process numbers', () => {
    it('that are used again: what has the number of an ended task is neither seen as it nor killed', async () => {
      const launcher = folder.open();
      await launcher.launch(orderOf('stays'));
      await begun(1);
      const [innocent = 0] = await pids();
      // As it looks after a restart: the record names a process that started at another time.
      const claimPath = claimPathOf(fileOf('eu-0.order.json'), attemptOf('token'));
      const claim = JSON.parse(readFileSync(claimPath, 'utf8'));
      writeFileSync(claimPath, JSON.stringify({ ...claim, startedAt: `${claim.startedAt}0` }));
      const successor = folder.open();
      expect(await successor.observe('run-1')).toMatchObject([{ state: 'ended' }]);
      expect(await successor.capacity()).toMatchObject([{ tasksRunning: 0 }]);
      await successor.kill('run-1', tasks(1), 0);
      await successor.release('run-1');
      expect(alive([innocent])).toEqual([innocent]);
      process.kill(innocent, 'SIGKILL');
    });

    it.each(['', 'no JSON', '{"pid":1,"startedAt":"x"}', '{"pid":-1,"startedAt":"x"}', '{"pid":0,"startedAt":"x"}'])(
      'in a damaged record: %j',
      async (content) => {
        const launcher = folder.open();
        await launcher.launch(orderOf('ends'));
        await begun(1);
        await eventually(async () => expect(await launcher.observe('run-1')).toMatchObject([{ state: 'ended' }]));
        writeFileSync(claimPathOf(fileOf('eu-0.order.json'), attemptOf('token')), content);
        const kill = vi.spyOn(process, 'kill');
        const successor = folder.open();
        const expected = [{ state: 'ended', endedBecause: 'its record is damaged' }];
        expect(await successor.observe('run-1')).toMatchObject(expected);
        await successor.kill('run-1', tasks(1), 0);
        await successor.release('run-1');
        expect(kill).not.toHaveBeenCalled();
        kill.mockRestore();
      },
    );
  });

  describe('ends what a task has started', () => {
    it('together with the task', async () => {
      const launcher = folder.open();
      await launcher.launch(orderOf('has a grandchild that knows nothing of it'));
      const found = await grandchildren();
      expect(alive(found)).toEqual(found);
      await launcher.kill('run-1', tasks(1), 0.3);
      expect(alive([...found, ...(await pids())])).toEqual([]);
    });

    it('when the task ends by itself', async () => {
      const launcher = folder.open();
      await launcher.launch(orderOf('leaves a grandchild'));
      const found = await grandchildren();
      await eventually(() => expect(alive(found)).toEqual([]));
    });

    it.each(['kill', 'release'] as const)('when a task ended while no launcher was there: at the %s', async (call) => {
      const dead = startScript(launchAndWait, [folder.stateFolder, folder.runFolderUrl('leaves a grandchild'), '1']);
      await dead.printed('launched');
      dead.child.kill('SIGKILL');
      await dead.ended;
      const found = await grandchildren();
      const launcher = folder.open();
      await eventually(async () => expect(await launcher.observe('run-1')).toMatchObject([{ state: 'ended' }]));
      expect(alive(found)).toEqual(found);
      if (call === 'kill') await launcher.kill('run-1', tasks(1), 0);
      else await launcher.release('run-1');
      expect(alive(found)).toEqual([]);
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
