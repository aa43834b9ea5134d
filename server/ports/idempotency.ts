/** What was asked for under an idempotency key, so that asking again gives the same run instead of another one. */
export interface IdempotencyRecord {
  key: string;
  /** Of what was asked for: the same key with another request is a mistake of its sender. */
  requestHash: string;
  /** The run that was begun, or is being begun, under the key. */
  runId: string;
  /** The run was there: from then on the key means this run, also when it was deleted. */
  isDone: boolean;
  claimedAtMs: number;
  expiresAtMs: number;
}

/** All calls may be made concurrently and from several processes. */
export interface IdempotencyStore {
  /**
   * Of many that claim a key at once exactly one gets its own record back; the others get that one. A record that has expired by the new one's
   * `claimedAtMs` counts as none.
   */
  claim(record: IdempotencyRecord): Promise<IdempotencyRecord>;
  /** Does nothing when the key means another run by now. */
  complete(key: string, runId: string): Promise<void>;
  /** Forgets a claim whose run was not begun. False when there was none: it is done, or the key means another run. */
  release(key: string, runId: string): Promise<boolean>;
}
