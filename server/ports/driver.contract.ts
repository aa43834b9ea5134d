import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver, TickOutcome } from './driver.ts';

/** A driver whose time the test moves. */
interface DriverHarness {
  driver: Driver;
  advance(milliseconds: number): Promise<void>;
  /** Milliseconds since the beginning. */
  now(): number;
  /** How often it has logged something. */
  logged(): number;
}

type Tick = (runId: string) => Promise<TickOutcome>;
const LONG_MS = 3600_000;

/** What every driver does. */
export function driverContract(name: string, open: (tick: Tick) => DriverHarness): void {
  describe(`${name} is a driver`, () => {
    let harness: DriverHarness;
    let answer: Tick;
    /** `<run> <when>` of every tick. */
    let ticks: string[];
    beforeEach(() => {
      ticks = [];
      answer = async () => ({ final: false, nextInMs: 1_000 });
      harness = open((runId) => {
        ticks.push(`${runId} ${harness.now()}`);
        return answer(runId);
      });
    });
    afterEach(() => harness.driver.stop());
    const setAnswer = (tick: Tick) => {
      answer = tick;
    };
    ticking(() => ({ ...harness, ticks, setAnswer }));
    waking(() => ({ ...harness, ticks, setAnswer }));
    stopping(() => ({ ...harness, ticks, setAnswer }));
  });
}

type Context = () => DriverHarness & { ticks: string[]; setAnswer(tick: Tick): void };

/** A tick that lasts until the test ends it. */
function heldTick() {
  let end: (outcome: TickOutcome) => void = () => {};
  const tick = () => new Promise<TickOutcome>((resolve) => (end = resolve));
  return { tick, end: (outcome: TickOutcome) => end(outcome) };
}

function ticking(context: Context): void {
  it('ticks at once, then whenever the tick said, until it is final', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const outcomes: TickOutcome[] = [{ final: false, nextInMs: 500 }, { final: false, nextInMs: 0 }, { final: true }];
    setAnswer(async () => outcomes.shift() ?? { final: false, nextInMs: 1 });
    driver.drive('a');
    await advance(0);
    expect(ticks).toEqual(['a 0']);
    await advance(499);
    expect(ticks).toEqual(['a 0']);
    await advance(LONG_MS);
    expect(ticks).toEqual(['a 0', 'a 500', 'a 500']);
  });

  it('drives many runs beside each other, each at its own pace', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    setAnswer(async (runId) => ({ final: false, nextInMs: runId === 'a' ? 300 : 500 }));
    driver.drive('a');
    driver.drive('b');
    await advance(1_000);
    expect(ticks).toEqual(['a 0', 'b 0', 'a 300', 'b 500', 'a 600', 'a 900', 'b 1000']);
  });

  it('drives a run once, however often it is told', async () => {
    const { driver, advance, ticks } = context();
    for (let i = 0; i < 5; i++) driver.drive('a');
    await advance(500);
    driver.drive('a');
    await advance(1_000);
    expect(ticks).toEqual(['a 0', 'a 1000']);
  });

  it('never ticks a run twice at once', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const held = heldTick();
    setAnswer(held.tick);
    driver.drive('a');
    await advance(0);
    driver.drive('a');
    driver.wake('a');
    driver.wake('a');
    await advance(LONG_MS);
    expect(ticks).toEqual(['a 0']);
    held.end({ final: true });
    await advance(LONG_MS);
    expect(ticks).toEqual(['a 0']);
  });

  it('lets a slow run hold up no other', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const held = heldTick();
    setAnswer((runId) => (runId === 'a' ? held.tick() : Promise.resolve({ final: false, nextInMs: 1_000 })));
    driver.drive('a');
    driver.drive('b');
    await advance(2_000);
    expect(ticks).toEqual(['a 0', 'b 0', 'b 1000', 'b 2000']);
    held.end({ final: true });
  });

  it('drives a run again after it was final', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    setAnswer(async () => ({ final: true }));
    driver.drive('a');
    await advance(1_000);
    driver.drive('a');
    await advance(1_000);
    expect(ticks).toEqual(['a 0', 'a 1000']);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no disk'))],
    [
      'throws at once',
      () => {
        throw new Error('no disk');
      },
    ],
    ['throws nothing in particular', () => Promise.reject(undefined)],
  ])('logs a tick that %s, and tries again for as long as it takes', async (_what, failing: Tick) => {
    const { driver, advance, ticks, logged, setAnswer } = context();
    setAnswer(failing);
    driver.drive('a');
    await advance(0);
    expect(logged()).toBe(1);
    await advance(1_000);
    expect(ticks.length).toBeGreaterThan(1);
    await advance(60_000);
    const tries = ticks.length;
    expect(tries).toBeGreaterThan(5);
    // Not as fast as it can: what fails may need the machine to recover.
    expect(tries).toBeLessThan(100);
    expect(logged()).toBe(tries);
    setAnswer(async () => ({ final: true }));
    await advance(60_000);
    expect(ticks).toHaveLength(tries + 1);
    expect(logged()).toBe(tries);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'does not run wild when it shall tick again in %d ms',
    async (nextInMs) => {
      const { driver, advance, ticks, setAnswer } = context();
      setAnswer(async () => ({ final: false, nextInMs }));
      driver.drive('a');
      await advance(1_000);
      expect(ticks).toEqual(['a 0']);
      driver.wake('a');
      await advance(0);
      expect(ticks).toEqual(['a 0', 'a 1000']);
    },
  );

  it('takes a time that has passed for now', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const outcomes: TickOutcome[] = [{ final: false, nextInMs: -5 }];
    setAnswer(async () => outcomes.shift() ?? { final: true });
    driver.drive('a');
    await advance(0);
    expect(ticks).toEqual(['a 0', 'a 0']);
  });
}

function waking(context: Context): void {
  it('ticks at once when woken, and from then on as that tick said', async () => {
    const { driver, advance, ticks } = context();
    driver.drive('a');
    await advance(400);
    driver.wake('a');
    await advance(0);
    expect(ticks).toEqual(['a 0', 'a 400']);
    await advance(1_000);
    expect(ticks).toEqual(['a 0', 'a 400', 'a 1400']);
  });

  it('ticks once more when woken during a tick, which may have looked too early', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const held = heldTick();
    setAnswer(held.tick);
    driver.drive('a');
    await advance(100);
    driver.wake('a');
    driver.wake('a');
    setAnswer(async () => ({ final: false, nextInMs: 1_000 }));
    held.end({ final: false, nextInMs: 1_000 });
    await advance(1_500);
    expect(ticks).toEqual(['a 0', 'a 100', 'a 1100']);
  });

  it('does not wake what it does not drive', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    driver.wake('a');
    setAnswer(async () => ({ final: true }));
    driver.drive('b');
    await advance(0);
    driver.wake('b');
    await advance(LONG_MS);
    expect(ticks).toEqual(['b 0']);
  });
}

function stopping(context: Context): void {
  it('ticks no more once it is stopped', async () => {
    const { driver, advance, ticks } = context();
    driver.drive('a');
    await advance(0);
    await driver.stop();
    await driver.stop();
    driver.wake('a');
    driver.drive('b');
    await advance(LONG_MS);
    expect(ticks).toEqual(['a 0']);
  });

  it('is stopped when the ticks under way have ended', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const held = heldTick();
    setAnswer(held.tick);
    driver.drive('a');
    await advance(0);
    driver.wake('a');
    let stopped = false;
    const stopping = driver.stop().then(() => {
      stopped = true;
    });
    await advance(1_000);
    expect(stopped).toBe(false);
    held.end({ final: false, nextInMs: 0 });
    await stopping;
    await advance(LONG_MS);
    expect(ticks).toEqual(['a 0']);
  });
}
