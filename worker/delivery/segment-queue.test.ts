import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LoadstarError } from '../../core/errors.ts';
import { memoryFolder, RealWork, systemError } from '../testing/folders.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { SegmentQueue } from './segment-queue.ts';

const id = { region: 'eu', task: 3 };

function queueTo(write?: (path: string, bytes: Uint8Array, real: RealWork) => Promise<void>, waitingBytesMax?: number) {
  const folder = memoryFolder();
  const clock = new SimulatedClock();
  const real = new RealWork();
  clock.isBusy = real.isBusy;
  const failures: LoadstarError[] = [];
  const stored = folder.write;
  if (write !== undefined) {
    folder.write = async (path, bytes) => {
      await write(path, bytes, real);
      await stored(path, bytes);
    };
  }
  const queue = new SegmentQueue({
    id,
    folder,
    clock,
    log: () => {},
    compress: real.compress,
    onFailure: (error) => failures.push(error),
    ...(waitingBytesMax === undefined ? {} : { waitingBytesMax }),
  });
  return { clock, failures, folder, queue };
}

describe('SegmentQueue', () => {
  it('writes segments in order, one at a time, compressed', async () => {
    let underWay = 0;
    const { clock, failures, folder, queue } = queueTo(async (_path, bytes, real) => {
      expect(++underWay).toBe(1);
      await real.during(() => new Promise((resolve) => setTimeout(resolve, bytes.length % 5)));
      underWay--;
    });
    const segments = Array.from({ length: 12 }, (_, k) => new Uint8Array(1_000 * (12 - k)).fill(k));
    for (const segment of segments) queue.add(segment);
    await clock.runUntil(queue.drain(60_000));
    expect(queue.written).toBe(12);
    expect(folder.writes).toEqual(segments.map((_, k) => `series/eu/3/${k}.seg`));
    for (const [k, segment] of segments.entries()) {
      const bytes = folder.objects.get(`series/eu/3/${k}.seg`) ?? new Uint8Array();
      expect(new Uint8Array(zstdDecompressSync(bytes))).toEqual(segment);
    }
    expect(failures).toEqual([]);
    await clock.runUntil(queue.drain(0));
  });

  it('keeps segments while the folder cannot be written, and delivers all of them afterwards', async () => {
    let broken = true;
    const { clock, failures, queue } = queueTo(async () => {
      if (broken) throw systemError('ENOSPC');
    });
    for (let k = 0; k < 5; k++) {
      queue.add(new Uint8Array(10));
      await clock.advance(60_000);
    }
    expect(queue.written).toBe(0);
    broken = false;
    await clock.runUntil(queue.drain(30_000));
    expect(queue.written).toBe(5);
    expect(failures).toEqual([]);
  });

  it('bounds what waits, not what it ever took', async () => {
    const { clock, failures, queue } = queueTo(async () => {}, 100);
    for (let k = 0; k < 20; k++) {
      queue.add(new Uint8Array(60));
      await clock.runUntil(queue.drain(1_000));
    }
    expect(queue.written).toBe(20);
    expect(failures).toEqual([]);
  });

  it('fails once, loudly, when more waits than it may keep', async () => {
    const { clock, failures, queue } = queueTo(async () => {
      throw systemError('EIO');
    }, 100);
    for (let k = 0; k < 20; k++) queue.add(new Uint8Array(30));
    await clock.runUntil(queue.drain(30_000));
    expect(failures.map(({ code }) => code)).toEqual(['store_failed']);
    expect(failures[0]?.message).toMatch(/took no segment for too long: 3 are waiting/);
    expect(queue.written).toBe(0);
  });

  it('fails at once when writing can never work', async () => {
    const { clock, failures, queue } = queueTo(async () => {
      throw systemError('EROFS');
    });
    queue.add(new Uint8Array(10));
    await clock.advance(1);
    queue.add(new Uint8Array(10));
    await clock.runUntil(queue.drain(30_000));
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toContain('EROFS');
  });

  it('does not try for ever once the load is over', async () => {
    const { clock, failures, queue } = queueTo(async () => {
      throw systemError('EBUSY');
    });
    queue.add(new Uint8Array(10));
    const beganAtMs = clock.monotonicMs();
    await clock.runUntil(queue.drain(30_000));
    expect(failures).toHaveLength(1);
    expect(clock.monotonicMs() - beganAtMs).toBeLessThan(35_000);
  });

  it('gives up a write that never ends', async () => {
    const { clock, failures, queue } = queueTo(() => new Promise(() => {}));
    queue.add(new Uint8Array(10));
    await clock.runUntil(queue.drain(30_000));
    expect(failures.map(({ message }) => message)).toEqual(['writing segment 0 into the run folder does not end']);
  });
});
