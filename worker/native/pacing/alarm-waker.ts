/**
 * A waker that is exact to some 10 us: an alarm thread wakes the event loop a little too early, and the loop turns around, reading what
 * comes meanwhile, until the instant is there. How much too early is learned from how late the alarms have been.
 *
 *     armed ............ alarm asked for ~~~ alarm heard == turns == due
 *                                       lateness           lead - lateness
 */
import { type AlarmThread, EARLY_MS_MAX } from './alarm-thread.ts';
import type { Waker } from './waker.ts';

/**
 * Wakes are at least this far apart: above 4,000 instants a second several share one, a quarter of a millisecond late at most. Without it, a
 * generator at 20,000 starts a second would turn around without a pause, and look overloaded.
 */
const WAKE_GAP_MS = 0.25;
const LEAD_MS_INITIAL = 0.1;
const LEAD_MS_MAX = 0.25;
/** Weight of the newest lateness in the learned one. It weighs more when the alarm was later than expected: turning costs less than being late. */
const LATER_WEIGHT = 0.1;
const EARLIER_WEIGHT = 0.03;

export class AlarmWaker implements Waker {
  #onWake: () => void;
  #alarm: AlarmThread;
  #dueMs = Number.POSITIVE_INFINITY;
  #alarmAtMs = Number.POSITIVE_INFINITY;
  #wokeAtMs = Number.NEGATIVE_INFINITY;
  #leadMs = LEAD_MS_INITIAL;
  #isTurning = false;

  /** The thread serves one waker at a time; closing the waker leaves it to the next one. */
  constructor(alarm: AlarmThread, onWake: () => void) {
    this.#alarm = alarm;
    this.#onWake = onWake;
    alarm.onAlarm = () => this.#onAlarm();
  }

  wakeAt(dueMs: number): void {
    this.#dueMs = Math.max(dueMs, this.#wokeAtMs + WAKE_GAP_MS);
    if (!this.#isTurning) this.#wait(performance.now());
  }

  close(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  /**
   * Until the instant comes: asleep as long as the alarm would come in time, else turning. Even when it has come, the wake waits for its
   * turn, behind the reading of what has come: the responses that free users.
   */
  #wait(nowMs: number): void {
    if (this.#dueMs === Number.POSITIVE_INFINITY) return;
    const alarmAtMs = this.#dueMs - this.#leadMs;
    if (alarmAtMs > nowMs + EARLY_MS_MAX) {
      this.#alarmAtMs = alarmAtMs;
      this.#alarm.set(alarmAtMs);
    } else {
      this.#isTurning = true;
      setImmediate(() => this.#turn());
    }
  }

  #turn(): void {
    this.#isTurning = false;
    const nowMs = performance.now();
    if (nowMs < this.#dueMs) this.#wait(nowMs);
    else this.#wake(nowMs);
  }

  #onAlarm(): void {
    const nowMs = performance.now();
    const latenessMs = nowMs - this.#alarmAtMs;
    // An alarm that was set for an earlier instant, before this one took its place, says nothing.
    if (latenessMs >= -EARLY_MS_MAX && latenessMs < 1) {
      const error = Math.min(latenessMs, LEAD_MS_MAX) - this.#leadMs;
      this.#leadMs += error * (error > 0 ? LATER_WEIGHT : EARLIER_WEIGHT);
    }
    if (!this.#isTurning) this.#wait(nowMs);
  }

  #wake(nowMs: number): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#wokeAtMs = nowMs;
    this.#onWake();
  }
}
