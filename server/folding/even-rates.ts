/** A rate over the whole of a run in few equal parts, in memory that does not grow with the run. */

const PARTS_MAX = 30;
/** Counters that are kept; when they are used up, each two become one. */
const COUNTERS_MAX = 3_840;

export class EvenRates {
  #counts = new Float64Array(COUNTERS_MAX);
  /** Seconds that a counter counts. */
  #stride = 1;
  #seconds = 0;

  add(second: number, count: number): void {
    while (second >= COUNTERS_MAX * this.#stride) this.#halve();
    const at = Math.floor(second / this.#stride);
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
    this.#seconds = Math.max(this.#seconds, second + 1);
  }

  /**
   * Per second, in order of time; fewer when there were fewer seconds. The last second, which a run seldom fills, and a rest that is shorter than a part
   * are left out where there is more: they would look like a drop of the load.
   */
  parts(): number[] {
    const seconds = this.#seconds > 2 ? this.#seconds - 1 : this.#seconds;
    const used = Math.max(Math.min(1, seconds), Math.floor(seconds / this.#stride));
    const each = Math.max(1, Math.ceil(used / PARTS_MAX));
    const rates: number[] = [];
    for (let from = 0; from < used; from += each) {
      const to = Math.min(used, from + each);
      if (to - from < each && from > 0) break;
      const inPart = Math.min(seconds, to * this.#stride) - from * this.#stride;
      rates.push(this.#counts.subarray(from, to).reduce((sum, count) => sum + count, 0) / inPart);
    }
    return rates;
  }

  #halve(): void {
    for (let i = 0; i < COUNTERS_MAX; i += 2) {
      this.#counts[i / 2] = (this.#counts[i] ?? 0) + (this.#counts[i + 1] ?? 0);
    }
    this.#counts.fill(0, COUNTERS_MAX / 2);
    this.#stride *= 2;
  }
}
