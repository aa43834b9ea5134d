import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeLiveMessage } from '../../../core/live/live-message.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { LiveFeed, renewalInMs } from './live-feed.ts';

function message(second: number, tasks = [0]): Uint8Array {
  const total = new Statistics();
  total.requests = tasks.length;
  const common = { region: 'east', index: second, second, seconds: 1, labels: new Map() };
  return encodeLiveMessage({ ...common, tasks, taskRequests: tasks.map(() => 1), total });
}

/** A JWT that expires in so many seconds, as far as anybody but its issuer can tell. */
const jwt = (seconds: number) =>
  `x.${btoa(JSON.stringify({ exp: Date.now() / 1000 + seconds, name: 'Äda' })).replace(/=+$/, '')}.x`;

/** A broker as the feed sees it. */
class Broker {
  isUp = true;
  token: string | null = 'api-token';
  readonly opened: { token: string; send(payload: Uint8Array): void; close(): void; isOpen: boolean }[] = [];

  readonly feed = new LiveFeed({
    accessToken: async () => this.token,
    open: async (token, send) => {
      if (!this.isUp) throw new Error('unreachable');
      const over = Promise.withResolvers<void>();
      const one = { token, send, isOpen: true, close: () => {} };
      one.close = () => {
        one.isOpen = false;
        over.resolve();
      };
      this.opened.push(one);
      return { closed: over.promise, end: one.close };
    },
  });

  get open() {
    return this.opened.filter(({ isOpen }) => isOpen);
  }
}

describe('what is told live', () => {
  let broker: Broker;
  let told: ReturnType<typeof vi.fn<() => void>>;
  let stop: () => void;
  beforeEach(async () => {
    vi.useFakeTimers();
    broker = new Broker();
    told = vi.fn();
    stop = broker.feed.subscribe(told);
    await vi.advanceTimersByTimeAsync(0);
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });
  const state = () => broker.feed.state();
  const seconds = () => state().moments.map(({ second }) => second);

  it('arrives, several messages at once', async () => {
    expect(state()).toEqual({ isConnected: true, moments: [] });
    told.mockClear();
    for (const second of [1, 0, 1]) broker.open[0]?.send(message(second));
    broker.open[0]?.send(new Uint8Array([1, 2, 3]));
    const before = state();
    await vi.advanceTimersByTimeAsync(250);
    expect(told).toHaveBeenCalledTimes(1);
    expect(seconds()).toEqual([0, 1]);
    expect(state()).not.toBe(before);
    broker.open[0]?.send(message(1));
    await vi.advanceTimersByTimeAsync(250);
    expect(told).toHaveBeenCalledTimes(1);
    broker.feed.forgetBefore(1);
    broker.open[0]?.send(message(2, [0, 1]));
    await vi.advanceTimersByTimeAsync(250);
    expect(state().moments).toMatchObject([
      { second: 1, tasks: 1 },
      { second: 2, tasks: 2, total: { requests: 2 } },
    ]);
  });

  it('mends itself when the connection is lost, and waits longer each time in vain', async () => {
    broker.open[0]?.send(message(0));
    broker.isUp = false;
    broker.open[0]?.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state().isConnected).toBe(false);
    expect(seconds()).toEqual([0]);
    broker.isUp = true;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(state().isConnected).toBe(true);
    expect(broker.open).toHaveLength(1);
    broker.open[0]?.send(message(1));
    await vi.advanceTimersByTimeAsync(250);
    expect(seconds()).toEqual([0, 1]);
  });

  it('goes on while nobody is signed in, once somebody is', async () => {
    broker.token = null;
    broker.open[0]?.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(broker.opened).toHaveLength(1);
    broker.token = 'again';
    await vi.advanceTimersByTimeAsync(31_000);
    expect(broker.open).toMatchObject([{ token: 'again' }]);
  });

  it('changes to a new token before the old one expires, without a moment in between', async () => {
    broker.token = jwt(300);
    broker.open[0]?.close();
    await vi.advanceTimersByTimeAsync(2_000);
    const [first] = broker.open;
    await vi.advanceTimersByTimeAsync(260_000);
    expect(broker.open).toEqual([first]);
    const wasConnected: boolean[] = [];
    told.mockImplementation(() => void wasConnected.push(state().isConnected));
    const renewed = jwt(300);
    broker.token = renewed;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(broker.open).toMatchObject([{ token: renewed }]);
    expect(first?.isOpen).toBe(false);
    expect(wasConnected).not.toContain(false);
    expect(state().isConnected).toBe(true);
  });

  it('ends when nobody listens any more, and begins again', async () => {
    const also = broker.feed.subscribe(() => {});
    stop();
    expect(broker.open).toHaveLength(1);
    also();
    expect(broker.open).toHaveLength(0);
    expect(state().isConnected).toBe(false);
    stop = broker.feed.subscribe(told);
    await vi.advanceTimersByTimeAsync(0);
    expect(broker.open).toHaveLength(1);
    expect(state().isConnected).toBe(true);
  });
});

describe('a token', () => {
  it('is renewed shortly before it expires, if it does', () => {
    vi.useFakeTimers({ now: 1_000_000_000_000 });
    expect(renewalInMs(jwt(100), Date.now())).toBe(75_000);
    expect(renewalInMs(jwt(3), Date.now())).toBe(1_000);
    for (const token of ['lst_abc', '', 'a.b.c', `a.${btoa('{}')}.c`]) expect(renewalInMs(token, 0)).toBeNull();
    vi.useRealTimers();
  });
});
