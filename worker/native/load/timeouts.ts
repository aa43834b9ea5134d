/** Times requests out: one scan over all users every so often, instead of a timer for each request. */
import type { LoadUser } from './load-context.ts';

/** A request times out at most this much later than it says, or a twentieth of the shortest timeout if that is less. */
const SCAN_MS_MAX = 50;
const SCAN_MS_MIN = 5;

export class Timeouts {
  #users: readonly LoadUser[];
  #timer: NodeJS.Timeout;

  /** `users` may grow. */
  constructor(users: readonly LoadUser[], shortestTimeoutMs: number) {
    this.#users = users;
    const scanMs = Math.min(SCAN_MS_MAX, Math.max(SCAN_MS_MIN, shortestTimeoutMs / 20));
    // Behind the reading of what has come: a generator that was held up must not take that for a slow server.
    this.#timer = setInterval(() => setImmediate(() => this.#scan()), scanMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #scan(): void {
    const nowMs = performance.now();
    for (const user of this.#users) if (user.deadlineMs <= nowMs) user.timeOut(nowMs);
  }
}
