import { describe, expect, it } from 'vitest';
import type { Done } from '../../core/run-folder/run-folder.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { noHealth } from '../health.ts';
import { memoryFolder, RealWork, systemError } from '../testing/folders.ts';
import { testPlan } from '../testing/plans.ts';
import { recordSecond } from '../testing/scripted-engine.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { Delivery, type Ending } from './delivery.ts';

const ending: Ending = { exit: 'completed', error: null, health: noHealth, startedAtMs: 1_700_000_000_000 };

function delivering() {
  const folder = memoryFolder();
  const clock = new SimulatedClock();
  const real = new RealWork();
  clock.isBusy = real.isBusy;
  const failures: Error[] = [];
  const delivery = new Delivery({
    sharedLog: null,
    plan: testPlan(),
    id: { region: 'local', task: 0 },
    folder,
    clock,
    log: () => {},
    compress: real.compress,
    printLine: () => {},
    onFailure: (error) => failures.push(error),
  });
  const statistics = new Statistics();
  const give = (second: number): void => {
    statistics.clear();
    recordSecond(statistics, 10, second);
    delivery.addWindow({ second, labels: new Map([['home', statistics]]), task: new Statistics() });
  };
  const finish = (): Promise<Done> => clock.runUntil(delivery.finish(ending));
  return { delivery, failures, finish, folder, give };
}

describe('Delivery', () => {
  it('writes the same when it is repeated', async () => {
    const { finish, folder, give } = delivering();
    for (let second = 0; second < 7; second++) give(second);
    const done = await finish();
    const first = new Map(folder.objects);
    expect([...first.keys()]).toHaveLength(5);
    expect(await finish()).toEqual(done);
    expect(folder.objects).toEqual(first);
  });

  it('takes no window after the end', async () => {
    const { finish, give } = delivering();
    give(0);
    await finish();
    give(1);
    expect((await finish()).requests).toBe(10);
  });

  it('goes on where a failed end broke off', async () => {
    const { finish, folder, give } = delivering();
    give(0);
    const { write } = folder;
    folder.write = async (path, bytes) => {
      if (path.endsWith('.xml')) throw systemError('EACCES');
      await write(path, bytes);
    };
    await expect(finish()).rejects.toThrow('EACCES');
    expect(folder.writes.some((path) => path.endsWith('.xml'))).toBe(false);
    folder.write = write;
    expect((await finish()).exit).toBe('completed');
    expect(JSON.parse(Buffer.from(folder.objects.get('results/local/0.done.json') ?? []).toString())).toMatchObject({
      exit: 'completed',
      error: null,
    });
  });

  it.each([
    ['a gap', [0, 2]],
    ['a second twice', [0, 0]],
    ['another beginning', [1]],
  ])('fails on %s, and takes nothing after it', async (_what, seconds) => {
    const { failures, finish, give } = delivering();
    for (const second of seconds) give(second);
    give(1);
    expect(failures).toHaveLength(1);
    expect(await finish()).toMatchObject({
      exit: 'failed',
      error: failures[0]?.message,
      requests: (seconds.length - 1) * 10,
    });
  });
});
