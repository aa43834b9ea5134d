import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunQueue } from './run-queue.ts';

const refused = { name: 'LoadstarError', code: 'option_invalid' };

/** A queue whose clock the test moves. */
interface QueueHarness {
  queue: RunQueue;
  advance(milliseconds: number): void;
  close: () => Promise<void>;
}

/** What every run queue does. */
export function runQueueContract(name: string, open: () => Promise<QueueHarness>): void {
  describe(`${name} is a run queue`, () => {
    let harness: QueueHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());
    receiving(() => harness);
    receipts(() => harness);
  });
}

const receive = (queue: RunQueue, max = 10, visibilitySeconds = 30) => queue.receive({ max, visibilitySeconds });
const runIds = async (queue: RunQueue, max?: number) => (await receive(queue, max)).map((message) => message.runId);

function receiving(harness: () => QueueHarness): void {
  it('gives what was sent in the order of arrival, no more than asked for', async () => {
    const { queue } = harness();
    for (const runId of ['b', 'c', 'a']) await queue.send(runId);
    expect(await runIds(queue, 2)).toEqual(['b', 'c']);
    expect(await runIds(queue, 2)).toEqual(['a']);
    expect(await runIds(queue, 2)).toEqual([]);
  });

  it('counts deliveries and gives each another receipt', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    const [first] = await receive(queue);
    advance(30_000);
    const [second] = await receive(queue);
    expect([first?.deliveries, second?.deliveries]).toEqual([1, 2]);
    expect(second?.receipt).not.toBe(first?.receipt);
  });

  it('hides what was received until its visibility ran out', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    await receive(queue, 1, 30);
    advance(29_999);
    expect(await runIds(queue)).toEqual([]);
    advance(1);
    expect(await runIds(queue)).toEqual(['a']);
  });

  it('gives what comes again in its old place', async () => {
    const { queue, advance } = harness();
    for (const runId of ['a', 'b', 'c']) await queue.send(runId);
    await receive(queue, 1, 10);
    await receive(queue, 1, 10);
    advance(10_000);
    expect(await runIds(queue)).toEqual(['a', 'b', 'c']);
  });

  it('holds a run once, however often it is sent, also while it is received', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    await queue.send('b');
    await queue.send('a');
    const [first] = await receive(queue, 1);
    await queue.send('a');
    expect(await runIds(queue)).toEqual(['b']);
    advance(30_000);
    const again = await receive(queue);
    expect(again.map(({ runId, deliveries }) => [runId, deliveries])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    expect(first?.runId).toBe('a');
  });

  it('takes a run again after it was deleted', async () => {
    const { queue } = harness();
    await queue.send('a');
    const [message] = await receive(queue);
    await queue.delete(message?.receipt ?? '');
    expect(await runIds(queue)).toEqual([]);
    await queue.send('b');
    await queue.send('a');
    expect(await receive(queue)).toMatchObject([
      { runId: 'b', deliveries: 1 },
      { runId: 'a', deliveries: 1 },
    ]);
  });

  it('gives each message to one of many who receive at once', async () => {
    const { queue } = harness();
    await Promise.all(Array.from({ length: 50 }, (_, i) => queue.send(`run-${i}`)));
    const received = await Promise.all(Array.from({ length: 100 }, () => runIds(queue, 1)));
    expect(new Set(received.flat()).size).toBe(50);
    expect(received.flat()).toHaveLength(50);
  });

  it.each([
    [{ max: 0, visibilitySeconds: 1 }],
    [{ max: 1.5, visibilitySeconds: 1 }],
    [{ max: 1, visibilitySeconds: -1 }],
    [{ max: 1, visibilitySeconds: Number.NaN }],
    [{ max: 1, visibilitySeconds: Number.POSITIVE_INFINITY }],
  ])('refuses to receive with %j', async (options) => {
    await harness().queue.send('a');
    await expect(harness().queue.receive(options)).rejects.toMatchObject(refused);
    expect(await runIds(harness().queue)).toEqual(['a']);
  });
}

function receipts(harness: () => QueueHarness): void {
  it('deletes with the latest receipt, also after the visibility ran out', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    const [message] = await receive(queue);
    advance(31_000);
    await queue.delete(message?.receipt ?? '');
    expect(await runIds(queue)).toEqual([]);
  });

  it('does nothing with the receipt of an older delivery', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    const [old] = await receive(queue);
    advance(30_000);
    await receive(queue);
    await queue.delete(old?.receipt ?? '');
    await queue.extend(old?.receipt ?? '', 0);
    expect(await runIds(queue)).toEqual([]);
    advance(30_000);
    expect(await receive(queue)).toMatchObject([{ runId: 'a', deliveries: 3 }]);
  });

  it('does nothing with a receipt that was never given', async () => {
    const { queue } = harness();
    await queue.send('a');
    await queue.delete('');
    await queue.delete('no such receipt');
    await queue.extend('no such receipt', 100);
    expect(await runIds(queue)).toEqual(['a']);
  });

  it('gives a message back at once, or hides it for longer, from now', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    const [first] = await receive(queue);
    await queue.extend(first?.receipt ?? '', 0);
    const [second] = await receive(queue);
    expect(second?.deliveries).toBe(2);
    advance(29_000);
    await queue.extend(second?.receipt ?? '', 30);
    advance(29_999);
    expect(await runIds(queue)).toEqual([]);
    advance(1);
    expect(await runIds(queue)).toEqual(['a']);
  });

  it('refuses to hide for no time that exists', async () => {
    const { queue } = harness();
    await queue.send('a');
    const [message] = await receive(queue);
    for (const seconds of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(queue.extend(message?.receipt ?? '', seconds)).rejects.toMatchObject(refused);
    }
  });
}
