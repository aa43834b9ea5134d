import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver, ProcessDriver, TickOutcome } from './driver.ts';

/** A driver whose time the test moves. */
interface DriverHarness<Kind extends Driver> {
  driver: Kind;
  advance(milliseconds: number): Promise<void>;
  /** Milliseconds since the beginning. */
  now(): number;
  /** Ends all that it began. */
  end?(): Promise<void>;
}

/** A process driver, which also tells how often it has logged something. */
type ProcessDriverHarness = DriverHarness<ProcessDriver> & { logged(): number };

type Tick = (runId: string) => Promise<TickOutcome>;
const LONG_MS = 3600_000;

/** What every driver does, also one that tells only seconds apart. */
export function driverContract(name: string, open: (tick: Tick) => DriverHarness<Driver>): void {
  describe(`${name} is a driver`, () => {
    ticking(beforeEachOpen(open, async ({ end }) => end?.()));
  });
}

/** What every driver does that lives and ends with its process, beside the rest. */
export function processDriverContract(name: string, open: (tick: Tick) => ProcessDriverHarness): void {
  driverContract(name, open);
  describe(`${name} lives and ends with its process`, () => {
    const context = beforeEachOpen(open, ({ driver }) => driver.stop());
    tickingPrecisely(context);
    waking(context);
    stopping(context);
  });
}

type Context<Harness> = () => Harness & { ticks: string[]; setAnswer(tick: Tick): void };

/** Opens a driver for each test. `ticks`: `<run> <when>` of every tick. */
function beforeEachOpen<Harness extends DriverHarness<Driver>>(
  open: (tick: Tick) => Harness,
  end: (harness: Harness) => Promise<void> | undefined,
): Context<Harness> {
  let harness: Harness;
  let answer: Tick;
  let ticks: string[];
  beforeEach(() => {
    ticks = [];
    answer = async () => ({ final: false, nextInMs: 1_000 });
    harness = open((runId) => {
      ticks.push(`${runId} ${harness.now()}`);
      return answer(runId);
    });
  });
  afterEach(() => end(harness));
  const setAnswer = (tick: Tick) => {
    answer = tick;
  };
  return () => ({ ...harness, ticks, setAnswer });
}

/** A tick that lasts until the test ends it. */
function heldTick() {
  let end: (outcome: TickOutcome) => void = () => {};
  const tick = () => new Promise<TickOutcome>((resolve) => (end = resolve));
  return { tick, end: (outcome: TickOutcome) => end(outcome) };
}

/** Within what a Lambda may take. */
const HELD_MS = 50_000;

function ticking(context: Context<DriverHarness<Driver>>): void {
  it('ticks at once, then whenever the tick said, until it is final', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const outcomes: TickOutcome[] = [{ final: false, nextInMs: 5_000 }, { final: false, nextInMs: 0 }, { final: true }];
    setAnswer(async () => outcomes.shift() ?? { final: false, nextInMs: 1 });
    await driver.drive('a');
    await advance(0);
    expect(ticks).toEqual(['a 0']);
    await advance(4_999);
    expect(ticks).toEqual(['a 0']);
    await advance(LONG_MS);
    expect(ticks).toEqual(['a 0', 'a 5000', 'a 5000']);
  });

  it('drives many runs beside each other, each at its own pace', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    setAnswer(async (runId) => ({ final: false, nextInMs: runId === 'a' ? 3_000 : 5_000 }));
    await driver.drive('a');
    await driver.drive('b');
    await advance(10_000);
    expect(ticks.toSorted()).toEqual(['a 0', 'a 3000', 'a 6000', 'a 9000', 'b 0', 'b 10000', 'b 5000']);
  });

  it('drives a run once, however often it is told', async () => {
    const { driver, advance, ticks } = context();
    for (let i = 0; i < 5; i++) await driver.drive('a');
    await Promise.all([driver.drive('a'), driver.drive('a')]);
    await advance(500);
    await driver.drive('a');
    await advance(1_000);
    expect(ticks).toEqual(['a 0', 'a 1000']);
  });

  it('never ticks a run twice at once', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const held = heldTick();
    setAnswer(held.tick);
    await driver.drive('a');
    await advance(0);
    await driver.drive('a');
    await driver.wake('a');
    await driver.wake('a');
    await advance(HELD_MS);
    expect(ticks).toEqual(['a 0']);
    held.end({ final: true });
    await advance(LONG_MS);
    expect(ticks).toEqual(['a 0']);
  });

  it('lets a slow run hold up no other', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const held = heldTick();
    setAnswer((runId) => (runId === 'a' ? held.tick() : Promise.resolve({ final: false, nextInMs: 1_000 })));
    await driver.drive('a');
    await driver.drive('b');
    await advance(2_000);
    expect(ticks.toSorted()).toEqual(['a 0', 'b 0', 'b 1000', 'b 2000']);
    held.end({ final: true });
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
  ])('tries a tick again that %s', async (_what, failing: Tick) => {
    const { driver, advance, ticks, setAnswer } = context();
    setAnswer(failing);
    await driver.drive('a');
    await advance(70_000);
    const tries = ticks.length;
    expect(tries).toBeGreaterThan(5);
    // Not as fast as it can: what fails may need the machine to recover.
    expect(tries).toBeLessThan(100);
    setAnswer(async () => ({ final: true }));
    await advance(LONG_MS);
    expect(ticks).toHaveLength(tries + 1);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'does not run wild when it shall tick again in %d ms',
    async (nextInMs) => {
      const { driver, advance, ticks, setAnswer } = context();
      setAnswer(async () => ({ final: false, nextInMs }));
      await driver.drive('a');
      await advance(1_000);
      expect(ticks).toEqual(['a 0']);
    },
  );

  it('takes a time that has passed for now', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const outcomes: TickOutcome[] = [{ final: false, nextInMs: -5 }];
    setAnswer(async () => outcomes.shift() ?? { final: true });
    await driver.drive('a');
    await advance(0);
    expect(ticks).toEqual(['a 0', 'a 0']);
  });
}

function tickingPrecisely(context: Context<ProcessDriverHarness>): void {
  it('tells milliseconds apart', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    setAnswer(async (runId) => ({ final: false, nextInMs: runId === 'a' ? 300 : 500 }));
    await driver.drive('a');
    await driver.drive('b');
    await advance(1_000);
    expect(ticks).toEqual(['a 0', 'b 0', 'a 300', 'b 500', 'a 600', 'a 900', 'b 1000']);
  });

  it('drives a run again after it was final', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    setAnswer(async () => ({ final: true }));
    await driver.drive('a');
    await advance(1_000);
    await driver.drive('a');
    await advance(1_000);
    expect(ticks).toEqual(['a 0', 'a 1000']);
  });

  it('logs each tick that fails, and tries again for as long as it takes', async () => {
    const { driver, advance, ticks, logged, setAnswer } = context();
    setAnswer(() => Promise.reject(new Error('no disk')));
    await driver.drive('a');
    await advance(0);
    expect(logged()).toBe(1);
    await advance(LONG_MS);
    const tries = ticks.length;
    expect(tries).toBeGreaterThan(500);
    expect(logged()).toBe(tries);
    setAnswer(async () => ({ final: true }));
    await advance(60_000);
    expect(ticks).toHaveLength(tries + 1);
    expect(logged()).toBe(tries);
  });

  it('ticks at once when woken, though the tick said a time that there is not', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    setAnswer(async () => ({ final: false, nextInMs: Number.NaN }));
    await driver.drive('a');
    await advance(1_000);
    await driver.wake('a');
    await advance(0);
    expect(ticks).toEqual(['a 0', 'a 1000']);
  });
}

function waking(context: Context<ProcessDriverHarness>): void {
  it('ticks at once when woken, and from then on as that tick said', async () => {
    const { driver, advance, ticks } = context();
    await driver.drive('a');
    await advance(400);
    await driver.wake('a');
    await advance(0);
    expect(ticks).toEqual(['a 0', 'a 400']);
    await advance(1_000);
    expect(ticks).toEqual(['a 0', 'a 400', 'a 1400']);
  });

  it('ticks once more when woken during a tick, which may have looked too early', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const held = heldTick();
    setAnswer(held.tick);
    await driver.drive('a');
    await advance(100);
    await driver.wake('a');
    await driver.wake('a');
    setAnswer(async () => ({ final: false, nextInMs: 1_000 }));
    held.end({ final: false, nextInMs: 1_000 });
    await advance(1_500);
    expect(ticks).toEqual(['a 0', 'a 100', 'a 1100']);
  });

  it('does not wake what it does not drive', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    await driver.wake('a');
    setAnswer(async () => ({ final: true }));
    await driver.drive('b');
    await advance(0);
    await driver.wake('b');
    await advance(LONG_MS);
    expect(ticks).toEqual(['b 0']);
  });
}

function stopping(context: Context<ProcessDriverHarness>): void {
  it('ticks no more once it is stopped', async () => {
    const { driver, advance, ticks } = context();
    await driver.drive('a');
    await advance(0);
    await driver.stop();
    await driver.stop();
    await driver.wake('a');
    await driver.drive('b');
    await advance(LONG_MS);
    expect(ticks).toEqual(['a 0']);
  });

  it('is stopped when the ticks under way have ended', async () => {
    const { driver, advance, ticks, setAnswer } = context();
    const held = heldTick();
    setAnswer(held.tick);
    await driver.drive('a');
    await advance(0);
    await driver.wake('a');
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
