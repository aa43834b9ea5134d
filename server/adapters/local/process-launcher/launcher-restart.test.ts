import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startScript } from '../fixtures/run-script.ts';
import {
  alive,
  eventually,
  type LauncherFolder,
  makeLauncherFolder,
  taskProgram,
  tasks,
} from './fixtures/launcher-folder.ts';
import { spawnTask } from './spawn-task.ts';
import { attemptOf, claimPathOf, writeRecord } from './task-records.ts';

const launchAndWait = new URL('./fixtures/launch-and-wait.ts', import.meta.url);

describe('a process launcher', () => {
  let folder: LauncherFolder;
  beforeEach(async () => {
    folder = await makeLauncherFolder();
  });
  afterEach(() => folder.close());

  const orderOf: LauncherFolder['orderOf'] = (behaviour, overrides) => folder.orderOf(behaviour, overrides);
  const begun = (count: number) => folder.begun(count);
  const pids = () => folder.pids();
  const fileOf = (name: string) => folder.fileOf(name);
  const grandchildren = () =>
    eventually(() => {
      const found = readFileSync(fileOf('eu-0.log'), 'utf8').match(/(?<=grandchild )\d+/g) ?? [];
      expect(found).toHaveLength(1);
      return found.map(Number);
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
      const program = { node: process.execPath, workerEntry: taskProgram, enginesFolder: null };
      return spawnTask(program, taskOrder, paths);
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
});
