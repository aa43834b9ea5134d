import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskId } from '../../core/plan/plan.ts';
import type { Launcher, LaunchOrder } from './launcher.ts';

/** How a task of the contract behaves: runs until it is ended, so even when asked politely, ends well at once, or fails at once. */
export type TaskBehaviour = 'stays' | 'ignores being asked' | 'ends' | 'fails';

export interface LauncherHarness {
  launcher: Launcher;
  /** Another launcher on the same state, as after a restart of the control plane. */
  reopen(): Promise<Launcher>;
  /** A run folder whose tasks behave so, and log what they do: one that fails says `the disk is on fire` last. */
  runFolderUrl(behaviour: TaskBehaviour): string;
  /** `<region> <number>` of every task that began its work, again if it began again. */
  starts(): Promise<string[]>;
  close(): Promise<void>;
}

const failsWith = (code: string) => ({ name: 'LoadstarError', code });
const tasksOf = (region: string, count: number): TaskId[] =>
  Array.from({ length: count }, (_, task) => ({ region, task }));
/** Real tasks take their time on a busy machine. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** What every launcher does. `open` is given the capacity per region. */
export function launcherContract(
  name: string,
  open: (capacity: Record<string, number>) => Promise<LauncherHarness>,
): void {
  describe(`${name} is a launcher`, () => {
    let opened: LauncherHarness | null = null;
    beforeEach(async () => {
      opened = null;
      opened = await open({ eu: 3, 'us-1': 2 });
    });
    afterEach(() => opened?.close());
    const harness = () => {
      if (opened === null) throw new Error('the launcher is not open');
      return opened;
    };
    launching(harness);
    limits(harness);
    ending(harness);
  });
}

function orderOf(harness: LauncherHarness, behaviour: TaskBehaviour, overrides: Partial<LaunchOrder> = {}) {
  const runFolderUrl = harness.runFolderUrl(behaviour);
  return { runId: 'run-1', runFolderUrl, tasks: tasksOf('eu', 2), token: 'token', ...overrides };
}

async function endAll(launcher: Launcher, runId = 'run-1'): Promise<void> {
  await launcher.kill(runId, await launcher.observe(runId), 0);
}

/** Waits until so many tasks have begun; a task that is there may still be on its way to its first line of code. */
const begun = (harness: LauncherHarness, count: number) =>
  eventually(async () => expect(await harness.starts()).toHaveLength(count));

function launching(harness: () => LauncherHarness): void {
  it('starts every task of an order in its region', async () => {
    const { launcher } = harness();
    const tasks = [...tasksOf('us-1', 1), ...tasksOf('eu', 2)];
    await launcher.launch(orderOf(harness(), 'stays', { tasks }));
    await begun(harness(), 3);
    expect((await harness().starts()).toSorted()).toEqual(['eu 0', 'eu 1', 'us-1 0']);
    expect(await launcher.observe('run-1')).toEqual([
      { region: 'eu', task: 0, state: 'running', endedBecause: null },
      { region: 'eu', task: 1, state: 'running', endedBecause: null },
      { region: 'us-1', task: 0, state: 'running', endedBecause: null },
    ]);
    await endAll(launcher);
  });

  it('starts nothing twice with the same token, be it in turn, at once, or by its successor', async () => {
    const { launcher } = harness();
    const order = orderOf(harness(), 'stays');
    await launcher.launch({ ...order, tasks: tasksOf('eu', 1) });
    await Promise.all([launcher.launch(order), launcher.launch(order), launcher.launch(order)]);
    await begun(harness(), 2);
    const successor = await harness().reopen();
    await successor.launch({ ...order, tasks: tasksOf('eu', 3) });
    await begun(harness(), 3);
    expect((await harness().starts()).toSorted()).toEqual(['eu 0', 'eu 1', 'eu 2']);
    await endAll(successor);
  });

  it('does not start a task again that has ended', async () => {
    const { launcher } = harness();
    const order = orderOf(harness(), 'ends');
    await launcher.launch(order);
    await begun(harness(), 2);
    await eventually(async () =>
      expect((await launcher.observe('run-1')).map((task) => task.state)).toEqual(['ended', 'ended']),
    );
    await launcher.launch(order);
    expect((await launcher.observe('run-1')).map((task) => task.state)).toEqual(['ended', 'ended']);
    expect(await harness().starts()).toHaveLength(2);
  });

  it('knows nothing of runs that it did not launch', async () => {
    expect(await harness().launcher.observe('run-1')).toEqual([]);
    await harness().launcher.launch(orderOf(harness(), 'stays', { runId: 'run-10' }));
    expect(await harness().launcher.observe('run-1')).toEqual([]);
    await endAll(harness().launcher, 'run-10');
  });

  it.each(['', '.', '..', '../run', '/run', 'a/b', 'a\0b', 'x'.repeat(300)])('refuses the run id %j', async (runId) => {
    const { launcher } = harness();
    const refused = failsWith('option_invalid');
    await expect(launcher.launch(orderOf(harness(), 'stays', { runId }))).rejects.toMatchObject(refused);
    await expect(launcher.observe(runId)).rejects.toMatchObject(refused);
    await expect(launcher.kill(runId, [], 0)).rejects.toMatchObject(refused);
    await expect(launcher.release(runId)).rejects.toMatchObject(refused);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the task number %d', async (task) => {
    const order = orderOf(harness(), 'stays', { tasks: [{ region: 'eu', task }] });
    await expect(harness().launcher.launch(order)).rejects.toMatchObject(failsWith('option_invalid'));
  });
}

function limits(harness: () => LauncherHarness): void {
  const capacity = async (launcher: Launcher) =>
    (await launcher.capacity()).map(({ region, tasksMax, tasksRunning }) => `${region} ${tasksRunning}/${tasksMax}`);

  it('counts the running tasks of all runs, and frees the place of those that ended', async () => {
    const { launcher } = harness();
    expect((await capacity(launcher)).toSorted()).toEqual(['eu 0/3', 'us-1 0/2']);
    await launcher.launch(orderOf(harness(), 'stays', { tasks: tasksOf('eu', 2) }));
    await launcher.launch(
      orderOf(harness(), 'stays', { runId: 'run-2', tasks: [...tasksOf('eu', 1), ...tasksOf('us-1', 1)] }),
    );
    expect((await capacity(launcher)).toSorted()).toEqual(['eu 3/3', 'us-1 1/2']);
    await launcher.kill('run-1', tasksOf('eu', 1), 0);
    expect((await capacity(launcher)).toSorted()).toEqual(['eu 2/3', 'us-1 1/2']);
    await endAll(launcher);
    await endAll(launcher, 'run-2');
    expect((await capacity(launcher)).toSorted()).toEqual(['eu 0/3', 'us-1 0/2']);
  });

  it('starts nothing of an order that does not fit whole', async () => {
    const { launcher } = harness();
    const tasks = [...tasksOf('eu', 1), ...tasksOf('us-1', 3)];
    await expect(launcher.launch(orderOf(harness(), 'stays', { tasks }))).rejects.toMatchObject(
      failsWith('capacity_exceeded'),
    );
    expect(await launcher.observe('run-1')).toEqual([]);
    expect((await capacity(launcher)).toSorted()).toEqual(['eu 0/3', 'us-1 0/2']);
  });

  it('does not count what runs already under the same token as more', async () => {
    const { launcher } = harness();
    await launcher.launch(orderOf(harness(), 'stays', { tasks: tasksOf('eu', 2) }));
    await launcher.launch(orderOf(harness(), 'stays', { tasks: tasksOf('eu', 3) }));
    expect(await capacity(launcher)).toContain('eu 3/3');
    await endAll(launcher);
  });

  it('never exceeds the capacity when runs are launched at once', async () => {
    const { launcher } = harness();
    const orders = ['a', 'b', 'c', 'd'].map((runId) => orderOf(harness(), 'stays', { runId, token: runId }));
    const results = await Promise.allSettled(orders.map((order) => launcher.launch(order)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await capacity(launcher)).toContain('eu 2/3');
    for (const { runId } of orders) await endAll(launcher, runId);
  });

  it('refuses a region that it does not know', async () => {
    const order = orderOf(harness(), 'stays', { tasks: tasksOf('mars', 1) });
    await expect(harness().launcher.launch(order)).rejects.toMatchObject(failsWith('capacity_exceeded'));
  });
}

function ending(harness: () => LauncherHarness): void {
  const statesOf = async (launcher: Launcher) =>
    (await launcher.observe('run-1')).map(({ region, task, state }) => `${region} ${task} ${state}`);

  it('tells which tasks ended, and what a failed one said last', async () => {
    const { launcher } = harness();
    await launcher.launch(orderOf(harness(), 'fails'));
    await eventually(async () => expect(await statesOf(launcher)).toEqual(['eu 0 ended', 'eu 1 ended']));
    for (const task of await launcher.observe('run-1')) expect(task.endedBecause).toContain('the disk is on fire');
  });

  it('ends the tasks that are named and no others', async () => {
    const { launcher } = harness();
    await launcher.launch(orderOf(harness(), 'stays', { tasks: tasksOf('eu', 3) }));
    await begun(harness(), 3);
    await launcher.kill('run-1', [{ region: 'eu', task: 1 }], 30);
    expect(await statesOf(launcher)).toEqual(['eu 0 running', 'eu 1 ended', 'eu 2 running']);
    await endAll(launcher);
    expect(await statesOf(launcher)).toEqual(['eu 0 ended', 'eu 1 ended', 'eu 2 ended']);
  });

  it('ends by force what does not end when asked', async () => {
    const { launcher } = harness();
    await launcher.launch(orderOf(harness(), 'ignores being asked'));
    await begun(harness(), 2);
    await launcher.kill('run-1', tasksOf('eu', 2), 0.2);
    expect(await statesOf(launcher)).toEqual(['eu 0 ended', 'eu 1 ended']);
  });

  it('does not mind ending what has ended, was never launched, or is being ended', async () => {
    const { launcher } = harness();
    await launcher.launch(orderOf(harness(), 'stays'));
    await Promise.all([endAll(launcher), endAll(launcher)]);
    await endAll(launcher);
    await launcher.kill(
      'run-1',
      [
        { region: 'eu', task: 9 },
        { region: 'mars', task: 0 },
      ],
      0,
    );
    await launcher.kill('run-9', tasksOf('eu', 1), 0);
    expect(await statesOf(launcher)).toEqual(['eu 0 ended', 'eu 1 ended']);
  });

  it('finds its tasks again after a restart of the control plane, and ends them', async () => {
    await harness().launcher.launch(orderOf(harness(), 'stays'));
    await begun(harness(), 2);
    const successor = await harness().reopen();
    expect(await statesOf(successor)).toEqual(['eu 0 running', 'eu 1 running']);
    expect((await successor.capacity()).find((each) => each.region === 'eu')?.tasksRunning).toBe(2);
    await successor.kill('run-1', tasksOf('eu', 2), 30);
    expect(await statesOf(successor)).toEqual(['eu 0 ended', 'eu 1 ended']);
  });

  it('forgets a run that is released, once its tasks have ended', async () => {
    const { launcher } = harness();
    await launcher.launch(orderOf(harness(), 'stays'));
    await expect(launcher.release('run-1')).rejects.toMatchObject(failsWith('run_state_conflict'));
    expect(await statesOf(launcher)).toEqual(['eu 0 running', 'eu 1 running']);
    await endAll(launcher);
    await launcher.release('run-1');
    await launcher.release('run-1');
    await launcher.release('run-9');
    expect(await launcher.observe('run-1')).toEqual([]);
    expect(await (await harness().reopen()).observe('run-1')).toEqual([]);
  });
}
