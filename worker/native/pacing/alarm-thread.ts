/**
 * A thread that does nothing but wait: the kernel wakes it within some 10 us of an instant (some 50 us where it has no Linux), where the event loop's
 * own timers know whole milliseconds only. It then wakes the event loop, whose turn it does not disturb before.
 */
import { Worker } from 'node:worker_threads';
import { monotonicOffsetMs } from './monotonic-clock.ts';

/** Places in the shared memory. `orders`: counts what was asked of the thread; `alarms`: counts its answers; `sleeps`: counts how often it slept. */
const ORDERS = 0;
const ALARMS = 1;
const ONLINE = 2;
const SLEEPS = 3;
const COUNTERS = 4;
const COUNTERS_BYTES = COUNTERS * Int32Array.BYTES_PER_ELEMENT;
/** Behind the counters: the instant of the newest order, and the one at which the thread's present sleep ends by itself. */
const DUE = 0;
const SLEEPS_UNTIL = 1;
const INSTANTS = 2;

/** So much earlier than asked for an alarm may come: what is left is too short to sleep. */
export const EARLY_MS_MAX = 0.02;

/**
 * The thread's program. It is handed over as text, so it may use nothing from around it. (As a file of its own it would have to be TypeScript,
 * and the thread would load the type stripper: 18 MB more.)
 *
 * After an alarm it expects the next one after as long a time as lay before this one, and sleeps until then; an order that comes meanwhile and is not
 * due before needs not wake it. At a steady rate it so wakes once for each instant, where waking for the order too would cost as much again.
 *
 * No order is missed: the thread tells until when it sleeps before it looks whether an order has come, and falls asleep only if none has; who orders
 * first counts the order and then looks until when it sleeps. One of the two sees the other.
 */
function waitForOrders({ memory, earlyMsMax }: { memory: SharedArrayBuffer; earlyMsMax: number }): void {
  try {
    // Linux ends waits up to 50 us late, to end several at once; this thread's it ends in time, where it may say so.
    const { readlinkSync, writeFileSync } = process.getBuiltinModule('node:fs');
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1);
    writeFileSync(`/proc/${thread}/timerslack_ns`, '1');
  } catch {}
  const counters = new Int32Array(memory, 0, 4);
  const instants = new Float64Array(memory, 16, 2);
  const nowMs = (): number => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  };
  let done = 0;
  let lastDueMs = Number.NEGATIVE_INFINITY;
  let expectedMs = Number.POSITIVE_INFINITY;
  Atomics.store(counters, 2, 1);
  Atomics.notify(counters, 2);
  for (;;) {
    const order = Atomics.load(counters, 0);
    const isOrdered = order !== done;
    const dueMs = isOrdered ? instants[0]! : expectedMs;
    const waitMs = dueMs - nowMs();
    if (isOrdered && waitMs <= earlyMsMax) {
      done = order;
      expectedMs = dueMs + (dueMs - lastDueMs);
      lastDueMs = dueMs;
      Atomics.add(counters, 1, 1);
      Atomics.notify(counters, 1);
    } else if (waitMs > 0) {
      instants[1] = dueMs;
      // Whoever sees this count sees the instant too.
      Atomics.add(counters, 3, 1);
      Atomics.wait(counters, 0, order, waitMs);
    } else expectedMs = Number.POSITIVE_INFINITY;
  }
}

export class AlarmThread {
  /** Called after each alarm. */
  onAlarm: () => void = () => {};

  #worker: Worker;
  #memory = new SharedArrayBuffer(COUNTERS_BYTES + INSTANTS * Float64Array.BYTES_PER_ELEMENT);
  #counters = new Int32Array(this.#memory, 0, COUNTERS);
  #instants = new Float64Array(this.#memory, COUNTERS_BYTES, INSTANTS);
  /** What the thread's clock shows when `performance.now()` shows 0. */
  #clockOffsetMs = monotonicOffsetMs();
  #isListening = false;
  #isClosed = false;

  private constructor() {
    this.#worker = new Worker(`(${waitForOrders.toString()})(require('node:worker_threads').workerData)`, {
      eval: true,
      workerData: { memory: this.#memory, earlyMsMax: EARLY_MS_MAX },
    });
  }

  /** Starts the thread, and resolves when it waits for orders. Rejects when there can be no more threads. */
  static async start(): Promise<AlarmThread> {
    const alarm = new AlarmThread();
    const worker = alarm.#worker;
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('online', resolve);
    });
    worker.removeAllListeners('error');
    const ready = Atomics.waitAsync(alarm.#counters, ONLINE, 0);
    if (ready.async) await ready.value;
    // From here on it must not keep the process alive.
    worker.unref();
    return alarm;
  }

  /**
   * Sets the instant (of `performance.now()`) of the next alarm, in place of the one set before. Alarms may come that are not due any more, and each may
   * come `EARLY_MS_MAX` too early.
   */
  set(dueMs: number): void {
    const seen = Atomics.load(this.#counters, ALARMS);
    const dueAtMs = dueMs + this.#clockOffsetMs;
    this.#instants[DUE] = dueAtMs;
    Atomics.add(this.#counters, ORDERS, 1);
    // Read for its order among the others: behind it stands the instant of the newest sleep.
    Atomics.load(this.#counters, SLEEPS);
    const wakesInTime = dueAtMs > this.#instants[SLEEPS_UNTIL]! - EARLY_MS_MAX;
    if (!wakesInTime) Atomics.notify(this.#counters, ORDERS);
    if (!this.#isListening) this.#listen(seen);
  }

  close(): void {
    this.#isClosed = true;
    void this.#worker.terminate();
  }

  #listen(seen: number): void {
    this.#isListening = true;
    const alarm = Atomics.waitAsync(this.#counters, ALARMS, seen);
    void Promise.resolve(alarm.value).then(() => {
      this.#isListening = false;
      if (!this.#isClosed) this.onAlarm();
    });
  }
}
