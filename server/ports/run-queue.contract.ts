import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunQueue } from './run-queue.ts';

const refused = { name: 'LoadstarError', code: 'option_invalid' };

/** A queue whose clock the test moves. */
interface QueueHarness {
  queue: RunQueue;
  advance(milliseconds: number): Promise<void> | void;
  close: () => Promise<void>;
}

/** What a queue may do without, each with the reason why this one does. */
interface QueueExceptions {
  holdsRunsTwice?: string;
  forgetsLateReceipts?: string;
}

/** What every run queue does. */
export function runQueueContract(
  name: string,
  open: () => Promise<QueueHarness>,
  exceptions: QueueExceptions = {},
): void {
  describe(`${name} is a run queue`, () => {
    let harness: QueueHarness | null = null;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness?.close());
    const opened = () => {
      if (harness === null) throw new Error('the queue is not open');
      return harness;
    };
    receiving(opened, exceptions);
    receipts(opened, exceptions);
  });
}

const receive = (queue: RunQueue, max = 10, visibilitySeconds = 30) => queue.receive({ max, visibilitySeconds });
const runIds = async (queue: RunQueue, max?: number) => (await receive(queue, max)).map((message) => message.runId);
/** A test that an exception makes pointless is none. */
const unless = (exception: string | undefined) =>
  exception === undefined ? it : (_name: string, _test: () => Promise<void>) => {};
/** Receives and deletes. */
async function take(queue: RunQueue, max: number): Promise<string[]> {
  const messages = await receive(queue, max);
  for (const { receipt } of messages) await queue.delete(receipt);
  return messages.map(({ runId }) => runId);
}

function receiving(harness: () => QueueHarness, { holdsRunsTwice }: QueueExceptions): void {
  it('gives what was sent in the order of arrival, no more than asked for', async () => {
    const { queue } = harness();
    for (const runId of ['b', 'c', 'a']) await queue.send(runId);
    expect(await take(queue, 2)).toEqual(['b', 'c']);
    expect(await take(queue, 2)).toEqual(['a']);
    expect(await take(queue, 2)).toEqual([]);
  });

  it('counts deliveries and gives each another receipt', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    const [first] = await receive(queue);
    await advance(30_000);
    const [second] = await receive(queue);
    expect([first?.deliveries, second?.deliveries]).toEqual([1, 2]);
    expect(second?.receipt).not.toBe(first?.receipt);
  });

  it('hides what was received until its visibility ran out', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    await receive(queue, 1, 30);
    await advance(29_999);
    expect(await runIds(queue)).toEqual([]);
    await advance(1);
    expect(await runIds(queue)).toEqual(['a']);
  });

  it('gives what comes again in its old place', async () => {
    const { queue, advance } = harness();
    for (const runId of ['a', 'b', 'c']) await queue.send(runId);
    await receive(queue, 1, 10);
    await receive(queue, 1, 10);
    await advance(10_000);
    expect(await runIds(queue)).toEqual(['a', 'b', 'c']);
  });

  unless(holdsRunsTwice)('holds a run once, however often it is sent, also while it is received', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    await queue.send('b');
    await queue.send('a');
    const [first] = await receive(queue, 1);
    await queue.send('a');
    await advance(30_000);
    const again = await receive(queue);
    expect(again.map(({ runId, deliveries }) => [runId, deliveries])).toEqual([
      ['a', 2],
      ['b', 1],
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
    await Promise.all(Array.from({ length: 20 }, (_, i) => queue.send(`run-${i}`)));
    const received: string[] = [];
    const consume = async () => {
      while (received.length < 20) received.push(...(await take(queue, 1)));
    };
    await Promise.all(Array.from({ length: 10 }, consume));
    expect(new Set(received).size).toBe(20);
    expect(received).toHaveLength(20);
    expect(await take(queue, 1)).toEqual([]);
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

function receipts(harness: () => QueueHarness, { forgetsLateReceipts }: QueueExceptions): void {
  unless(forgetsLateReceipts)('deletes with the latest receipt, also after the visibility ran out', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    const [message] = await receive(queue);
    await advance(31_000);
    await queue.delete(message?.receipt ?? '');
    expect(await runIds(queue)).toEqual([]);
  });

  it('does nothing with the receipt of an older delivery', async () => {
    const { queue, advance } = harness();
    await queue.send('a');
    const [old] = await receive(queue);
    await advance(30_000);
    await receive(queue);
    await queue.delete(old?.receipt ?? '');
    await queue.extend(old?.receipt ?? '', 0);
    expect(await runIds(queue)).toEqual([]);
    await advance(30_000);
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
    await advance(29_000);
    await queue.extend(second?.receipt ?? '', 30);
    await advance(29_999);
    expect(await runIds(queue)).toEqual([]);
    await advance(1);
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
