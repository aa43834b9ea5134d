import { beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../adapters/memory/manual-clock.ts';
import { type AttemptGuard, createAttemptGuard } from './attempt-guard.ts';

const limits = { accountFailuresMax: 3, knownFailuresMax: 2, addressFailuresMax: 6, windowMs: 60_000 };

describe('the guard', () => {
  let clock: ReturnType<typeof createManualClock>;
  let guard: AttemptGuard;
  beforeEach(() => {
    clock = createManualClock();
    guard = createAttemptGuard(clock.now, limits, 10);
  });

  const fails = (account: string, address: string): string => {
    try {
      guard.begin({ account, address });
      return 'may try';
    } catch (error) {
      return `waits ${(error as { retryAfterSeconds: number }).retryAfterSeconds}`;
    }
  };
  const succeeds = (account: string, address: string) => {
    guard.begin({ account, address });
    guard.succeeded({ account, address });
  };

  it('lets nobody guess the password of an account for long, wherever from', () => {
    expect([1, 2, 3].map((i) => fails('a', `address ${i}`))).toEqual(Array(3).fill('may try'));
    clock.advance(10_000);
    expect(fails('a', 'address 4')).toBe('waits 50');
    expect(fails('b', 'address 4')).toBe('may try');
    clock.advance(50_000);
    expect(fails('a', 'address 4')).toBe('may try');
  });

  it('lets no address try many accounts', () => {
    expect([1, 2, 3, 4, 5, 6].map((i) => fails(`account ${i}`, 'x'))).toEqual(Array(6).fill('may try'));
    expect(fails('account 7', 'x')).toBe('waits 60');
    expect(fails('account 7', 'y')).toBe('may try');
  });

  it('counts no success, and forgives no guesses of others for one', () => {
    for (let i = 0; i < 20; i++) succeeds('a', 'home');
    expect([fails('a', 'evil'), fails('a', 'evil'), fails('a', 'evil')]).toEqual(Array(3).fill('may try'));
    expect(fails('a', 'evil')).toBe('waits 60');
    // Whose account it is comes in from where they have come in before.
    succeeds('a', 'home');
    expect(fails('a', 'evil')).toBe('waits 60');
    expect([fails('a', 'home'), fails('a', 'home')]).toEqual(['may try', 'may try']);
    expect(fails('a', 'home')).toBe('waits 60');
  });

  it('counts attempts that are made at once', () => {
    const all = Array.from({ length: 10 }, () => fails('a', 'x'));
    expect(all.filter((each) => each === 'may try')).toHaveLength(3);
  });

  it('remembers so many, and no more', () => {
    for (let i = 0; i < 3; i++) fails('a', 'x');
    for (let i = 0; i < 9; i++) fails(`other ${i}`, `address ${i}`);
    expect(fails('a', 'y')).toBe('waits 60');
    fails('other 10', 'address 10');
    expect(fails('a', 'y')).toBe('may try');
  });

  it('goes on when the clock is set back', () => {
    for (let i = 0; i < 3; i++) fails('a', 'x');
    clock.advance(-10_000_000);
    expect(fails('a', 'x')).toBe('may try');
  });
});
