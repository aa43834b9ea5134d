import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Run } from '../../../core/run/run.ts';
import { createManualClock } from '../../adapters/memory/manual-clock.ts';
import { createMemoryStores } from '../../adapters/memory/memory-stores.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import { startOnce } from './start-once.ts';

const asked = { key: 'k', requestHash: 'h' };
let clock: ReturnType<typeof createManualClock>;
let stores: ReturnType<typeof createMemoryStores>;
const ports = () => ({ ...stores, nowMs: clock.now });
const begin = vi.fn(async (runId: string): Promise<Run> => {
  const run = sampleRun({ id: runId });
  await stores.runs.create(run);
  return run;
});

beforeEach(() => {
  clock = createManualClock();
  stores = createMemoryStores({ now: clock.now });
  begin.mockClear();
});

describe('starting once', () => {
  it('waits for the one that starts it', async () => {
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const first = startOnce(ports(), asked, async (runId) => {
      await held;
      return begin(runId);
    });
    const second = startOnce(ports(), asked, begin);
    setTimeout(go, 20);
    expect((await second).id).toBe((await first).id);
    expect(begin).toHaveBeenCalledTimes(1);
  });

  it('takes a key over from one that died before it began, and not too early', async () => {
    const nowMs = clock.now();
    const dead = { ...asked, runId: 'run-dead', isDone: false, claimedAtMs: nowMs, expiresAtMs: nowMs + 86_400_000 };
    await stores.idempotency.claim(dead);
    clock.advance(60_000);
    const { id } = await startOnce(ports(), asked, begin);
    expect(id).not.toBe('run-dead');
    expect((await startOnce(ports(), asked, begin)).id).toBe(id);
    expect(begin).toHaveBeenCalledTimes(1);
  });

  it('knows the run of one that died just after it began', async () => {
    const nowMs = clock.now();
    const dead = { ...asked, runId: 'run-1', isDone: false, claimedAtMs: nowMs, expiresAtMs: nowMs + 86_400_000 };
    await stores.idempotency.claim(dead);
    await stores.runs.create(sampleRun());
    clock.advance(60_000);
    expect((await startOnce(ports(), asked, begin)).id).toBe('run-1');
    expect(begin).not.toHaveBeenCalled();
  });

  it('frees the key of a start that failed, and keeps that of one that began all the same', async () => {
    const failing = startOnce(ports(), asked, () => Promise.reject(new Error('no room')));
    await expect(failing).rejects.toThrow('no room');
    const late = startOnce(ports(), asked, async (runId) => {
      await begin(runId);
      throw new Error('the answer was lost');
    });
    await expect(late).rejects.toThrow('the answer was lost');
    clock.advance(60_000);
    const run = await startOnce(ports(), asked, begin);
    expect(begin).toHaveBeenCalledTimes(1);
    expect(await stores.runs.get(run.id)).not.toBeNull();
  });

  it('forgets a key after a day', async () => {
    const { id } = await startOnce(ports(), asked, begin);
    clock.advance(24 * 3600 * 1000 - 1);
    expect((await startOnce(ports(), asked, begin)).id).toBe(id);
    clock.advance(1);
    expect((await startOnce(ports(), { ...asked, requestHash: 'other' }, begin)).id).not.toBe(id);
  });
});
