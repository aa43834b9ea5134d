import { describe, expect, it } from 'vitest';
import { type Control, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { memoryFolder, systemError } from '../testing/folders.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { ControlWatch, type Order } from './control-watch.ts';

const POLL_MS = 300;
const LEASE_SECONDS = 10;

function watching() {
  const folder = memoryFolder();
  const clock = new SimulatedClock();
  const orders: Order[] = [];
  const logged: string[] = [];
  let reads = 0;
  const options = {
    folder: {
      ...folder,
      read: (path: string) => {
        reads++;
        return replaced.read(path);
      },
    },
    clock,
    log: (_level: string, message: string) => logged.push(message),
    pollMs: POLL_MS,
    leaseSeconds: LEASE_SECONDS,
  };
  /** What the folder does when it is read. */
  const replaced = { read: folder.read };
  const put = (text: string): void => void folder.objects.set(runFolderPaths.control, Buffer.from(text));
  const control = (revision: number, state: Control['state'], more: Partial<Control> = {}): void =>
    put(JSON.stringify({ revision, state, goAtMs: null, stopReason: null, ...more }));
  const watch = new ControlWatch(options, (order) => orders.push(order));
  return { clock, control, folder, logged, orders, put, readsSoFar: () => reads, replaced, watch };
}

describe('ControlWatch', () => {
  it('reports go and stop, each once', async () => {
    const { clock, control, orders } = watching();
    control(1, 'wait');
    await clock.advance(1_000);
    expect(orders).toEqual([]);
    control(2, 'go', { goAtMs: 1234 });
    await clock.advance(POLL_MS);
    expect(orders).toEqual([{ kind: 'go', goAtMs: 1234 }]);
    control(3, 'go', { goAtMs: 9999 });
    await clock.advance(1_000);
    control(4, 'stop', { goAtMs: 1234, stopReason: 'cancelled' });
    await clock.advance(1_000);
    control(5, 'stop', { goAtMs: 1234, stopReason: 'deadline' });
    await clock.advance(100_000);
    expect(orders).toEqual([
      { kind: 'go', goAtMs: 1234 },
      { kind: 'stop', reason: 'cancelled' },
    ]);
  });

  it('never goes back, whatever is written later', async () => {
    const { clock, control, orders } = watching();
    control(5, 'go', { goAtMs: 1 });
    await clock.advance(POLL_MS);
    control(6, 'wait');
    await clock.advance(POLL_MS);
    control(7, 'go', { goAtMs: 2 });
    await clock.advance(POLL_MS);
    expect(orders).toEqual([{ kind: 'go', goAtMs: 1 }]);
  });

  it('takes stop without go, and no go after it', async () => {
    const { clock, control, orders } = watching();
    control(1, 'stop');
    await clock.advance(POLL_MS);
    control(2, 'go', { goAtMs: 1 });
    await clock.advance(60_000);
    expect(orders).toEqual([{ kind: 'stop', reason: 'unstated' }]);
  });

  it('ignores revisions that are not higher', async () => {
    const { clock, control, orders } = watching();
    control(5, 'wait');
    await clock.advance(POLL_MS);
    for (const revision of [5, 4, 1]) {
      control(revision, 'stop');
      await clock.advance(POLL_MS);
    }
    expect(orders).toEqual([]);
  });

  it('keeps the lease as long as revisions grow, and not a moment longer', async () => {
    const { clock, control, orders } = watching();
    for (let revision = 1; revision <= 20; revision++) {
      control(revision, 'wait');
      await clock.advance(LEASE_SECONDS * 1_000 - POLL_MS);
      expect(orders, `revision ${revision}`).toEqual([]);
    }
    await clock.advance(2 * POLL_MS);
    expect(orders).toEqual([{ kind: 'lease-expired' }]);
    control(100, 'stop');
    await clock.advance(60_000);
    expect(orders).toHaveLength(1);
  });

  it('starts the lease with itself: a control plane that never speaks is given up', async () => {
    const { clock, orders } = watching();
    await clock.advance(LEASE_SECONDS * 1_000 - 1);
    expect(orders).toEqual([]);
    await clock.advance(1);
    expect(orders).toEqual([{ kind: 'lease-expired' }]);
  });

  it.each([
    ['missing', null],
    ['empty', ''],
    ['cut off', '{"revision":2,"state":"st'],
    ['no control', '{"revision":2,"state":"stop"}'],
    ['a state of a later version', '{"revision":2,"state":"pause","goAtMs":null,"stopReason":null}'],
    ['go without an instant', '{"revision":2,"state":"go","goAtMs":null,"stopReason":null}'],
    ['not UTF-8', '\ud800'],
  ])('tolerates for a moment that it is %s, at the cost of the lease', async (_what, text) => {
    const { clock, control, folder, logged, orders, put } = watching();
    control(1, 'wait');
    await clock.advance(POLL_MS);
    logged.length = 0;
    if (text === null) folder.objects.clear();
    else put(text);
    await clock.advance(LEASE_SECONDS * 1_000 - 2 * POLL_MS);
    expect(orders).toEqual([]);
    expect(logged).toHaveLength(1);
    control(2, 'go', { goAtMs: 7 });
    await clock.advance(2 * POLL_MS);
    expect(orders).toEqual([{ kind: 'go', goAtMs: 7 }]);
    expect(logged).toHaveLength(2);

    folder.objects.clear();
    await clock.advance(LEASE_SECONDS * 1_000);
    expect(orders[1]).toEqual({ kind: 'lease-expired' });
  });

  it('outlives reads that fail and a read that never ends', async () => {
    const { clock, control, folder, orders, replaced } = watching();
    control(1, 'wait');
    await clock.advance(POLL_MS);
    replaced.read = async () => {
      throw systemError('EIO');
    };
    await clock.advance(5_000);
    replaced.read = folder.read;
    control(2, 'wait');
    await clock.advance(POLL_MS);
    replaced.read = () => new Promise(() => {});
    await clock.advance(LEASE_SECONDS * 1_000 - POLL_MS);
    expect(orders).toEqual([]);
    await clock.advance(POLL_MS);
    expect(orders).toEqual([{ kind: 'lease-expired' }]);
  });

  it('counts the lease from the beginning of a read, since that long ago its content may have been written', async () => {
    const { clock, control, folder, orders, replaced } = watching();
    control(1, 'wait');
    replaced.read = async (path) => {
      await clock.sleep(4_000);
      return folder.read(path);
    };
    // It read once already, before there was anything.
    await clock.advance(POLL_MS + 4_000);
    replaced.read = () => new Promise(() => {});
    await clock.advance(LEASE_SECONDS * 1_000 - 4_000 - 1);
    expect(orders).toEqual([]);
    await clock.advance(1);
    expect(orders).toEqual([{ kind: 'lease-expired' }]);
  });

  it('reads once more before it gives up, so that a stalled process does not miss its orders', async () => {
    const { clock, control, folder, orders, replaced } = watching();
    control(1, 'wait');
    await clock.advance(POLL_MS);
    const slowRead: typeof folder.read = async (path) => {
      await clock.sleep(10);
      return folder.read(path);
    };
    const { sleep } = clock;
    // The process stalls in its next pause, until the lease is long over.
    clock.sleep = (ms, signal) => {
      clock.sleep = sleep;
      replaced.read = slowRead;
      return sleep.call(clock, ms + LEASE_SECONDS * 2_000, signal);
    };
    await clock.advance(LEASE_SECONDS * 1_000);
    control(2, 'stop', { stopReason: 'deadline' });
    await clock.advance(LEASE_SECONDS * 2_000);
    expect(orders).toEqual([{ kind: 'stop', reason: 'deadline' }]);
  });

  it('stops reading when it is closed', async () => {
    const { clock, control, orders, readsSoFar, watch } = watching();
    control(1, 'wait');
    await clock.advance(POLL_MS);
    watch.close();
    const reads = readsSoFar();
    control(2, 'stop');
    await clock.advance(60_000);
    expect(orders).toEqual([]);
    expect(readsSoFar()).toBe(reads);
  });
});
