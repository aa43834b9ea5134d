/** Users that wait for an instant, the earliest first: a binary heap. */

export interface Sleeper {
  /** Milliseconds of `performance.now()`. */
  wakeAtMs: number;
}

export class WakeHeap<T extends Sleeper> {
  #sleepers: T[] = [];

  get size(): number {
    return this.#sleepers.length;
  }

  /** Infinity when nobody sleeps. */
  get nextMs(): number {
    return this.#sleepers[0]?.wakeAtMs ?? Number.POSITIVE_INFINITY;
  }

  add(sleeper: T): void {
    const all = this.#sleepers;
    let at = all.length;
    all.push(sleeper);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = all[parent]!;
      if (above.wakeAtMs <= sleeper.wakeAtMs) break;
      all[at] = above;
      at = parent;
    }
    all[at] = sleeper;
  }

  /** Takes the first one out if it is due by then; null when none is. */
  takeDue(nowMs: number): T | null {
    const first = this.#sleepers[0];
    if (first === undefined || first.wakeAtMs > nowMs) return null;
    const last = this.#sleepers.pop()!;
    if (this.#sleepers.length > 0) this.#sink(last);
    return first;
  }

  clear(): void {
    this.#sleepers = [];
  }

  /** Puts `sleeper` into the place of the first. */
  #sink(sleeper: T): void {
    const all = this.#sleepers;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= all.length) break;
      if (child + 1 < all.length && all[child + 1]!.wakeAtMs < all[child]!.wakeAtMs) child++;
      const below = all[child]!;
      if (below.wakeAtMs >= sleeper.wakeAtMs) break;
      all[at] = below;
      at = child;
    }
    all[at] = sleeper;
  }
}
