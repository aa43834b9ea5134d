import { afterEach, describe, expect, it, vi } from 'vitest';
import { startMoto } from '../../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { launcherContract } from '../../../ports/launcher.contract.ts';
import type { LaunchOrder } from '../../../ports/launcher.ts';
import type { EcsAnswer, EcsInput } from '../testing/ecs-stand-in.ts';
import { openEcsRegions } from './ecs-regions.ts';
import { createLookingLauncher } from './ecs-view.ts';
import { type EcsWorld, openEcsWorld, quotas, systemClock } from './fixtures/ecs-world.ts';
import { stopOrphans } from './stop-orphans.ts';
import { startedByOf } from './task-marks.ts';

const tasks = (count: number, region = 'eu') => Array.from({ length: count }, (_, task) => ({ region, task }));
const failsWith = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) });
/** Answers of ECS. */
const throttled: EcsAnswer = { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
const noCapacity: EcsAnswer = {
  status: 200,
  body: { tasks: [], failures: [{ reason: 'Capacity is unavailable at this time.' }] },
};
const denied: EcsAnswer = {
  status: 400,
  body: { __type: 'AccessDeniedException', message: 'not authorized to perform: iam:PassRole' },
};
const numberOf = ({ overrides }: EcsInput) =>
  Number(overrides?.containerOverrides?.[0]?.environment?.find(({ name }) => name === 'LOADSTAR_TASK')?.value);

describe('ECS', () => {
  const moto = useEmulator('moto', startMoto);

  launcherContract('Fargate', async (capacity) => {
    const world = await openEcsWorld(moto.url, capacity);
    return {
      launcher: world.open(),
      reopen: async () => world.open(),
      runFolderUrl: world.runFolderUrl,
      starts: world.starts,
      close: world.close,
    };
  });

  describe('the launcher on Fargate', () => {
    let world: EcsWorld;
    let refuse: (input: EcsInput, region: string) => EcsAnswer | null = () => null;
    const open = async (capacity: Record<string, number> = { eu: 50, 'us-1': 50 }) => {
      world = await openEcsWorld(moto.url, capacity, { refuse: (input, region) => refuse(input, region) });
      return world.open();
    };
    afterEach(async () => {
      refuse = () => null;
      await world?.close();
    });
    const order = (overrides: Partial<LaunchOrder> = {}): LaunchOrder => ({
      runId: 'run-1',
      runFolderUrl: world.runFolderUrl('stays'),
      tasks: tasks(2),
      token: 'token',
      ...overrides,
    });
    const runTasks = () => world.standIn.calls.filter(({ action }) => action === 'RunTask');
    const states = async (launcher: ReturnType<EcsWorld['open']>) =>
      (await launcher.observe('run-1')).map(({ task, state }) => `${task} ${state}`);

    it('tells each task where its run folder is and how it gets in, and marks it', async () => {
      const launcher = await open();
      const overHttp = { runFolderUrl: 'https://loadstar.example/api/run-folders/run-1/', token: 'lsr_secret' };
      const taskSize = { vcpu: 4, memoryMb: 8192 };
      const runFolderUrl = 's3://bucket/runs/run-1/?region=eu-west-1';
      const secrets = { PASSWORD: 'hunter2' };
      await launcher.launch(order({ runFolderUrl, overHttp, taskSize, secrets, spot: true, tasks: tasks(1) }));
      const [{ input } = { input: {} }] = runTasks();
      expect(input).toMatchObject({
        count: 1,
        startedBy: startedByOf('run-1'),
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
        overrides: { cpu: '4096', memory: '8192' },
        tags: [
          { key: 'loadstar:run', value: 'run-1' },
          { key: 'loadstar:region', value: 'eu' },
          { key: 'loadstar:task', value: '0' },
        ],
      });
      expect(input).not.toHaveProperty('launchType');
      expect(world.standIn.processes()[0]?.environment).toMatchObject({
        LOADSTAR_RUN_ID: 'run-1',
        LOADSTAR_RUN_FOLDER: runFolderUrl,
        LOADSTAR_RUN_ACCESS_URL: 'https://loadstar.example/api/run-folders/run-1/access',
        LOADSTAR_RUN_TOKEN: 'lsr_secret',
        LOADSTAR_REGION: 'eu',
        LOADSTAR_TASK: '0',
      });
      expect(JSON.stringify(world.standIn.calls)).not.toContain('hunter2');
      const [region] = await launcher.capacity();
      expect(region?.vcpu).toMatchObject({ perTask: 2, spot: { max: 1_000, running: 4 }, onDemand: { running: 0 } });
    });

    it('starts no task that could not ask for access to its folder', async () => {
      const launcher = await open();
      const launch = launcher.launch(order({ runFolderUrl: 's3://bucket/runs/run-1/?region=eu-west-1' }));
      await expect(launch).rejects.toMatchObject(failsWith('launch_failed', /the run has no token/));
      expect(runTasks()).toEqual([]);
    });

    it('waits where there is no capacity, says so, and goes on when there is some', async () => {
      const launcher = await open();
      refuse = (input) => (numberOf(input) < 2 ? null : noCapacity);
      const all = order({ tasks: tasks(4) });
      expect(await launcher.launch(all)).toEqual({ waitingFor: 'region eu: Capacity is unavailable at this time.' });
      expect(await states(launcher)).toEqual(['0 running', '1 running']);
      refuse = () => null;
      // Another control plane goes on with it.
      const successor = world.open();
      expect(await successor.launch(all)).toEqual({ waitingFor: null });
      expect(await states(successor)).toEqual(['0 running', '1 running', '2 running', '3 running']);
      expect(world.standIn.processes()).toHaveLength(4);
    });

    it('tries again what was throttled', async () => {
      await open();
      // The SDK tries a call three times by itself.
      let refusals = 4;
      refuse = () => (refusals-- > 0 ? throttled : null);
      const launcher = world.open({ random: () => 0 });
      expect(await launcher.launch(order())).toEqual({ waitingFor: null });
      expect(await states(launcher)).toEqual(['0 running', '1 running']);
    });

    it('fails for what will never work, and leaves nothing of it running', async () => {
      const launcher = await open();
      refuse = (input) => (numberOf(input) < 3 ? null : denied);
      const launch = launcher.launch(order({ tasks: tasks(4) }));
      await expect(launch).rejects.toMatchObject(failsWith('launch_failed', /eu\/3 cannot be started.*iam:PassRole/));
      expect((await launcher.observe('run-1')).filter(({ state }) => state === 'running')).toEqual([]);
    });

    it('starts what it can within its time, and the rest when it is asked again', async () => {
      await open({ eu: 200 });
      let nowMs = 0;
      const clock = {
        nowMs: () => nowMs,
        sleep: async (milliseconds: number) => {
          nowMs += milliseconds;
        },
      };
      // No process for each of them: only that they are started.
      refuse = ({ clientToken }) => ({ status: 200, body: { tasks: [{ taskArn: `arn:task/${clientToken}` }] } });
      const launcher = world.open({ clock, budgetMs: 1_000 });
      expect(await launcher.launch(order({ tasks: tasks(130) }))).toEqual({ waitingFor: null });
      const started = runTasks().length;
      expect(started).toBeGreaterThanOrEqual(100);
      expect(started).toBeLessThanOrEqual(121);
    });

    it('asks each task to end once, and waits for it no longer than a tick may', async () => {
      await open();
      const launcher = world.open({ budgetMs: 300, pollMs: 50 });
      await launcher.launch(order({ runFolderUrl: world.runFolderUrl('ignores being asked') }));
      await vi.waitFor(async () => expect(await world.starts()).toHaveLength(2), { timeout: 30_000 });
      await vi.waitFor(
        async () => {
          await launcher.kill('run-1', tasks(2), 0);
          expect(await states(launcher)).toEqual(['0 ended', '1 ended']);
        },
        { timeout: 30_000 },
      );
      expect(world.standIn.calls.filter(({ action }) => action === 'StopTask')).toHaveLength(2);
    });

    it('says that AWS took a task away', async () => {
      const launcher = await open();
      await launcher.launch(order());
      await world.standIn.interrupt(world.standIn.processes()[0]?.taskArn ?? '');
      const ended = (await launcher.observe('run-1')).filter(({ state }) => state === 'ended');
      expect(ended).toMatchObject([{ endedBecause: 'AWS took its Spot capacity away' }]);
    });

    it('says which region cannot be asked, and asks the others', async () => {
      await open({ eu: 3, 'us-1': 2 });
      const broken = { send: async () => Promise.reject(new Error('no route to host')) } as never;
      const launcher = world.open({ ecsOf: (name) => (name === 'eu' ? broken : world.ecsOf(name)) });
      const noQuotas = world.open({ quotasOf: () => broken });
      const problem = 'it could not be asked what runs there: no route to host';
      expect(await launcher.capacity()).toMatchObject([
        { region: 'eu', tasksMax: 3, problem },
        { region: 'us-1', tasksMax: 2, tasksRunning: 0, vcpu: { onDemand: { max: 1_000 } } },
      ]);
      expect(await noQuotas.capacity()).toMatchObject([{ problem }, { problem }]);
      await expect(launcher.observe('run-1')).rejects.toThrow('no route to host');
      expect(await launcher.observe('run-1', ['us-1'])).toEqual([]);
    });

    it('shows what runs to those who may start nothing', async () => {
      const launcher = await open();
      await launcher.launch(order());
      const { ecsOf, records } = world;
      const view = createLookingLauncher({
        records,
        ecsOf,
        quotasOf: () => quotas(6),
        clock: systemClock,
        log: () => {},
      });
      expect(await states(view)).toEqual(['0 running', '1 running']);
      expect(await view.capacity()).toMatchObject([
        { region: 'eu', tasksRunning: 2, vcpu: { onDemand: { max: 6, running: 4 } } },
        { tasksRunning: 0 },
      ]);
      await expect(view.launch(order({ runId: 'run-2' }))).rejects.toMatchObject({ code: 'internal' });
      await expect(view.kill('run-1', tasks(2), 0)).rejects.toMatchObject({ code: 'internal' });
      expect(await states(view)).toEqual(['0 running', '1 running']);
    });

    it('lets orphans be stopped, and no others', async () => {
      const launcher = await open();
      await launcher.launch(order({ runId: 'live' }));
      await launcher.launch(order({ runId: 'gone', tasks: [...tasks(1), ...tasks(2, 'us-1')] }));
      const { ecsOf, records } = world;
      const regions = await openEcsRegions({ records, ecsOf, quotasOf: () => quotas(1), clock: systemClock }).all();
      const log = vi.fn();
      const isLive = vi.fn(async (runId: string) => runId === 'live');
      const stopAt = (nowMs: number) =>
        stopOrphans({ isLive, nowMs: () => nowMs, log }, { regions, untilMs: Date.now() + 60_000 });
      expect(await stopAt(Date.now())).toEqual({ tasks: 5, stopped: 0, regionsFailed: 0 });
      expect(await stopAt(Date.now() + 3_600_000)).toEqual({ tasks: 5, stopped: 3, regionsFailed: 0 });
      expect(isLive).toHaveBeenCalledTimes(2);
      expect(log.mock.calls.map(([, , fields]) => (fields as { runId: string }).runId)).toEqual([
        'gone',
        'gone',
        'gone',
      ]);
      expect((await launcher.observe('live')).map(({ state }) => state)).toEqual(['running', 'running']);
      const gone = async () => (await launcher.observe('gone')).filter(({ endedBecause }) => endedBecause === null);
      // Each ends in its own time.
      await vi.waitFor(async () => expect(await gone()).toEqual([]), { timeout: 30_000 });
      const failing = regions.map((region) => ({
        ...region,
        cluster: { ...region.cluster, clusterArn: 'no such cluster' },
      }));
      const result = await stopOrphans({ isLive, nowMs: Date.now, log }, { regions: failing, untilMs: 0 });
      expect(result).toEqual({ tasks: 0, stopped: 0, regionsFailed: 2 });
    });
  });
});
