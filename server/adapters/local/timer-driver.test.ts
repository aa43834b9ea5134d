import { describe, expect, it } from 'vitest';
import { processDriverContract } from '../../ports/driver.contract.ts';
import { createManualTimers } from './fixtures/manual-timers.ts';
import { createTimerDriver } from './timer-driver.ts';

processDriverContract('timer driver', (tick) => {
  const { after, advance, now } = createManualTimers();
  let lines = 0;
  const log = () => {
    lines++;
  };
  return { driver: createTimerDriver({ tick, log, after }), advance, now, logged: () => lines };
});

describe('the timer driver', () => {
  it('says which run failed and why', async () => {
    const { after, advance } = createManualTimers();
    const lines: unknown[] = [];
    const tick = () => Promise.reject(new Error('no disk'));
    const driver = createTimerDriver({ tick, log: (...line) => lines.push(line), after });
    await driver.drive('run-1');
    await advance(0);
    const fields = { runId: 'run-1', error: 'no disk', nextInMs: 250 };
    expect(lines).toEqual([['error', 'a tick failed and is tried again', fields]]);
    await driver.stop();
  });

  it('begins anew with short waits after a tick that went well', async () => {
    const { after, advance, now } = createManualTimers();
    const ticks: number[] = [];
    const tick = async () => {
      ticks.push(now());
      if (ticks.length !== 4) throw new Error('no disk');
      return { final: false as const, nextInMs: 10_000 };
    };
    const driver = createTimerDriver({ tick, log: () => {}, after });
    await driver.drive('run-1');
    await advance(12_000);
    expect(ticks).toEqual([0, 250, 750, 1_750, 11_750, 12_000]);
    await driver.stop();
  });

  it('works with the timers of the system', async () => {
    let ticks = 0;
    const final = new Promise<void>((resolve) => {
      const tick = async () => {
        ticks++;
        if (ticks === 3) resolve();
        return ticks === 3 ? { final: true as const } : { final: false as const, nextInMs: 1 };
      };
      void createTimerDriver({ tick, log: () => {} }).drive('run-1');
    });
    await final;
    expect(ticks).toBe(3);
  });
});
