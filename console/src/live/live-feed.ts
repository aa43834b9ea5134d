/**
 * What is told live of a run, for as long as somebody listens: connects, connects anew before the token expires and after the connection was lost,
 * and puts the messages together. Messages that come twice, from an old and a new connection, count once.
 */
import { decodeLiveMessage } from '../../../core/live/live-message.ts';
import { type LiveMoment, LiveParts } from '../../../core/live/live-parts.ts';

/** A connection to the broker that has subscribed. */
export interface LiveConnection {
  /** Resolves when it is over. */
  closed: Promise<void>;
  end(): void;
}

export interface LiveFeedOptions {
  /** A token that is good for at least some seconds; null when nobody is signed in any more. */
  accessToken(): Promise<string | null>;
  /** Connects and subscribes. Throws when it cannot. */
  open(token: string, onMessage: (payload: Uint8Array) => void): Promise<LiveConnection>;
}

export interface LiveState {
  isConnected: boolean;
  /** In order of time. */
  moments: readonly LiveMoment[];
}

/** More than the merged series ever lags behind. */
const INTERVALS_KEPT = 180;
/** Listeners are told at most so often. */
const TOLD_EVERY_MS = 180;
/** Tokens are renewed when they have less than this left, and the one who renews them waits until there are 30 s left. */
const RENEWED_SECONDS_BEFORE = 25;
const WAIT_MIN_MS = 1_000;
const WAIT_MAX_MS = 30_000;
/** Of a token that does not expire; timers cannot be much longer. */
const FOREVER_MS = 24 * 3600 * 1000;

export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #parts = new LiveParts(INTERVALS_KEPT);
  readonly #listeners = new Set<() => void>();
  #state: LiveState = { isConnected: false, moments: [] };
  #stopped: AbortController | null = null;
  #telling: ReturnType<typeof setTimeout> | null = null;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  /** Connects with the first listener, ends with the last. Returns what ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#stopped === null) {
      this.#stopped = new AbortController();
      void this.#stay(this.#stopped.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stopped?.abort();
      this.#stopped = null;
      this.#state = { ...this.#state, isConnected: false };
    };
  };

  /** The same object until something has changed. */
  readonly state = (): LiveState => this.#state;

  /** What lies before is known from elsewhere. */
  forgetBefore(second: number): void {
    this.#parts.forgetBefore(second);
  }

  async #stay(signal: AbortSignal): Promise<void> {
    let waitMs = WAIT_MIN_MS;
    let current: LiveConnection | null = null;
    signal.addEventListener('abort', () => current?.end());
    for (;;) {
      const before: LiveConnection | null = current;
      const opened = await this.#open();
      before?.end();
      current = opened?.connection ?? null;
      if (signal.aborted) return current?.end();
      this.#setConnected(opened !== null);
      if (opened !== null) {
        waitMs = WAIT_MIN_MS;
        const isOver = await isOverBefore(renewalInMs(opened.token, Date.now()), opened.connection.closed, signal);
        if (signal.aborted) return;
        // It goes on until the next one is there.
        if (!isOver) continue;
        current = null;
        this.#setConnected(false);
      }
      await pause(waitMs * (0.5 + Math.random() / 2), signal);
      waitMs = Math.min(WAIT_MAX_MS, waitMs * 2);
      if (signal.aborted) return;
    }
  }

  async #open(): Promise<{ connection: LiveConnection; token: string } | null> {
    try {
      const token = await this.#options.accessToken();
      // Whoever asks the API next will notice that nobody is signed in.
      if (token === null) return null;
      return { connection: await this.#options.open(token, (payload) => this.#take(payload)), token };
    } catch {
      return null;
    }
  }

  #take(payload: Uint8Array): void {
    try {
      if (!this.#parts.add(decodeLiveMessage(payload))) return;
    } catch {
      // Of a version that this page does not know: the merged series has it in a moment.
      return;
    }
    this.#telling ??= setTimeout(() => {
      this.#telling = null;
      this.#tell({ ...this.#state, moments: this.#parts.moments() });
    }, TOLD_EVERY_MS);
  }

  #setConnected(isConnected: boolean): void {
    if (isConnected !== this.#state.isConnected) this.#tell({ ...this.#state, isConnected });
  }

  #tell(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Milliseconds until a JWT should be replaced; null for a token that does not say when it expires. */
export function renewalInMs(token: string, nowMs: number): number | null {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown };
    return typeof exp === 'number' ? Math.max(1_000, (exp - RENEWED_SECONDS_BEFORE) * 1_000 - nowMs) : null;
  } catch {
    return null;
  }
}

/** False when the time has passed before the connection was over, or `signal` was aborted. */
async function isOverBefore(inMs: number | null, closed: Promise<void>, signal: AbortSignal): Promise<boolean> {
  const time = new AbortController();
  const over = closed.then(() => true);
  const waits = inMs === null ? FOREVER_MS : Math.min(inMs, FOREVER_MS);
  const isOver = await Promise.race([over, pause(waits, AbortSignal.any([time.signal, signal])).then(() => false)]);
  time.abort();
  return isOver;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
