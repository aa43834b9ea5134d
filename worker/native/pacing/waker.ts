/** Something that calls back at an instant: how exactly, and at what cost, is its own business. */
export interface Waker {
  /**
   * Calls back once at `dueMs` (of `performance.now()`) or as soon after as it can, never before, and never from within this call. Replaces an
   * instant that was set before.
   */
  wakeAt(dueMs: number): void;
  /** Never calls back again. */
  close(): void;
}

export type CreateWaker = (onWake: () => void) => Waker;
