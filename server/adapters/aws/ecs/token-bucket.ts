/** Spaces calls as AWS counts them: so many at once, then so many a second. */

/** Time that tests and measurements may simulate. */
export interface Clock {
  nowMs(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface BucketSize {
  burst: number;
  perSecond: number;
}

export class TokenBucket {
  readonly #size: BucketSize;
  readonly #clock: Clock;
  /** Below 0: taken by calls that still wait for their turn. */
  #tokens: number;
  #atMs: number;

  constructor(size: BucketSize, clock: Clock) {
    this.#size = size;
    this.#clock = clock;
    this.#tokens = size.burst;
    this.#atMs = clock.nowMs();
  }

  /** Resolves when it is a call's turn; with false, and nothing taken, when that would be after `untilMs`. */
  async take(untilMs: number): Promise<boolean> {
    this.#refill();
    const waitMs = Math.max(0, ((1 - this.#tokens) / this.#size.perSecond) * 1000);
    if (this.#atMs + waitMs > untilMs) return false;
    this.#tokens -= 1;
    if (waitMs > 0) await this.#clock.sleep(waitMs);
    return true;
  }

  /** AWS says that it was too much: others use the same account. */
  drain(): void {
    this.#refill();
    this.#tokens = Math.min(this.#tokens, 0);
  }

  #refill(): void {
    const nowMs = this.#clock.nowMs();
    const { burst, perSecond } = this.#size;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#atMs) / 1000) * perSecond);
    this.#atMs = nowMs;
  }
}
