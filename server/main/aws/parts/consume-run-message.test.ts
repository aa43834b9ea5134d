import { beforeEach, describe, expect, it } from 'vitest';
import { runQueue } from '../../../adapters/aws/layout/run-queue.ts';
import type { QueueMessage } from '../../../ports/run-queue.ts';
import { RunWorld } from '../../../verbs/fixtures/run-world.ts';
import { consumeRunMessage } from './consume-run-message.ts';

let world: RunWorld;
beforeEach(() => {
  world = new RunWorld();
});

/** What the queue has to give, as Lambda would be handed it. */
async function next(deliveries?: number): Promise<QueueMessage> {
  const [message] = await world.stores.queue.receive({ max: 1, visibilitySeconds: runQueue.visibilitySeconds });
  if (message === undefined) throw new Error('the queue has nothing to give');
  return deliveries === undefined ? message : { ...message, deliveries };
}
const waiting = async () =>
  (await world.stores.queue.receive({ max: 10, visibilitySeconds: 0 })).map(({ runId }) => runId);

describe('a message of the run queue', () => {
  it('is done with when its run is taken and driven', async () => {
    const run = await world.start();
    expect(await consumeRunMessage(world.ports, await next())).toBe('done');
    expect((await world.row(run.id)).phase).toBe('provisioning');
    expect(world.driven).toEqual([run.id]);
  });

  it('comes again soon when its run has to wait', async () => {
    await world.startAndTake({ regions: { east: 2 } });
    const run = await world.start({ regions: { east: 1 } });
    expect(await consumeRunMessage(world.ports, await next())).toBe('again');
    world.clock.advance(runQueue.waitSeconds * 1000 - 1);
    expect(await waiting()).toEqual([]);
    world.clock.advance(1);
    expect(await waiting()).toEqual([run.id]);
  });

  it('is sent anew before its deliveries are used up by waiting', async () => {
    await world.startAndTake({ regions: { east: 2 } });
    const run = await world.start({ regions: { east: 1 } });
    const message = await next(runQueue.renewAtDelivery);
    expect(runQueue.renewAtDelivery).toBeLessThan(runQueue.deliveriesMax);
    // The queue of tests holds a run once: there is room for the new message when the old one is gone, as Lambda does it after us.
    const sent: string[] = [];
    const queue = { ...world.ports.queue, send: async (runId: string) => void sent.push(runId) };
    expect(await consumeRunMessage({ ...world.ports, queue }, message)).toBe('done');
    expect(sent).toEqual([run.id]);
  });

  it.each(['', 'a b', '../../x', '{"runId": "run-1"}', 'x'.repeat(10_000)])(
    'that names no run goes away: %j',
    async (runId) => {
      const message = { runId, receipt: 'r', deliveries: 1 };
      expect(await consumeRunMessage(world.ports, message)).toBe('done');
      expect(world.logged).toContain('a message of the run queue names no run');
      expect(world.driven).toEqual([]);
    },
  );

  it('comes again when the stores or the driver fail, and when even that cannot be said', async () => {
    await world.start();
    const message = await next();
    const failing = async () => {
      throw new Error('no connection');
    };
    const driver = { ...world.ports.driver, drive: failing };
    expect(await consumeRunMessage({ ...world.ports, driver }, message)).toBe('again');
    world.clock.advance(runQueue.retrySeconds * 1000);
    const again = await next();
    expect(again).toMatchObject({ runId: message.runId, deliveries: 2 });
    // Taken the first time, driven the second time.
    expect(await consumeRunMessage(world.ports, again)).toBe('done');
    expect(world.driven).toEqual([message.runId]);
    const runs = { ...world.ports.runs, get: failing };
    const queue = { ...world.ports.queue, extend: failing };
    expect(await consumeRunMessage({ ...world.ports, runs, queue }, message)).toBe('again');
  });
});
