/**
 * A thread that does nothing but wait: the kernel wakes it within some 10 us of an instant (some 50 us where it has no Linux), where the event loop's
 * own timers know whole milliseconds only. It then wakes the event loop, whose turn it does not disturb before.
 */
import { Worker } from 'node:worker_threads';
import { monotonicOffsetMs } from './monotonic-clock.ts';

/** Places in the shared memory. `orders`: counts what was asked of the thread; `alarms`: counts its answers. */
const ORDERS = 0;
const ALARMS = 1;
const ONLINE = 2;
const COUNTERS_BYTES = 16;

/**
 * The thread's program. It is handed over as text, so it may use nothing from around it. (As a file of its own it would have to be TypeScript,
 * and the thread would load the type stripper: 18 MB more.)
 */
function waitForOrders(memory: SharedArrayBuffer): void {
  try {
    // Linux ends waits up to 50 us late, to end several at once; this thread's it ends in time, where it may say so.
    const { readlinkSync, writeFileSync } = process.getBuiltinModule('node:fs');
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1);
    writeFileSync(`/proc/${thread}/timerslack_ns`, '1');
  } catch {}
  const counters = new Int32Array(memory, 0, 3);
  const dueAtMs = new Float64Array(memory, 16, 1);
  const nowMs = (): number => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  };
  let done = 0;
  Atomics.store(counters, 2, 1);
  Atomics.notify(counters, 2);
  for (;;) {
    const order = Atomics.load(counters, 0);
    const waitMs = order === done ? Number.POSITIVE_INFINITY : dueAtMs[0]! - nowMs();
    // A new order ends the wait, and is then looked at.
    if (waitMs > 0 && Atomics.wait(counters, 0, order, waitMs) !== 'timed-out') continue;
    done = order;
    Atomics.add(counters, 1, 1);
    Atomics.notify(counters, 1);
  }
}

export class AlarmThread {
  /** Called after each alarm. */
  onAlarm: () => void = () => {};

  #worker: Worker;
  #memory = new SharedArrayBuffer(COUNTERS_BYTES + Float64Array.BYTES_PER_ELEMENT);
  #counters = new Int32Array(this.#memory, 0, 3);
  #dueAtMs = new Float64Array(this.#memory, COUNTERS_BYTES, 1);
  /** What the thread's clock shows when `performance.now()` shows 0. */
  #clockOffsetMs = monotonicOffsetMs();
  #isListening = false;
  #isClosed = false;

  private constructor() {
    this.#worker = new Worker(`(${waitForOrders.toString()})(require('node:worker_threads').workerData)`, {
      eval: true,
      workerData: this.#memory,
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

  /** Sets the instant (of `performance.now()`) of the next alarm, in place of the one set before. Alarms may come that are not due any more. */
  set(dueMs: number): void {
    const seen = Atomics.load(this.#counters, ALARMS);
    this.#dueAtMs[0] = dueMs + this.#clockOffsetMs;
    Atomics.add(this.#counters, ORDERS, 1);
    Atomics.notify(this.#counters, ORDERS);
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
