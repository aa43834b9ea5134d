/** Users that think: each is woken when its think-time is over. */
import type { PacedSource } from '../pacing/pacer.ts';
import { WakeHeap } from '../pacing/wake-heap.ts';
import type { LoadUser } from './load-context.ts';

export class ThinkTimes implements PacedSource {
  #sleepers = new WakeHeap<LoadUser>();

  get nextDueMs(): number {
    return this.#sleepers.nextMs;
  }

  /** Wakes the user at its `wakeAtMs`. */
  add(user: LoadUser): void {
    this.#sleepers.add(user);
  }

  runDue(nowMs: number): void {
    for (let user = this.#sleepers.takeDue(nowMs); user !== null; user = this.#sleepers.takeDue(nowMs)) {
      user.wake(performance.now());
    }
  }
}
