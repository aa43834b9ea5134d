/** What the embedded OpenID provider remembers: sessions, interactions, grants, codes, refresh tokens. */

export interface IdentityRecord {
  /** `Session`, `RefreshToken`, ... */
  kind: string;
  id: string;
  /** What the provider keeps. */
  payload: Record<string, unknown>;
  /** What it can be found by besides. */
  uid: string | null;
  userCode: string | null;
  /** What it goes with. */
  grantId: string | null;
  accountId: string | null;
  /** When it was used up; it stays, so that another use of it is noticed. */
  consumedAtMs: number | null;
  /** Null for ever. */
  expiresAtMs: number | null;
}

/** Writes last, as in `stores.ts`. What has expired may be found until it was pruned: whoever asks looks at it. */
export interface IdentityRecordStore {
  /** Replaces the one of the same kind and id. */
  put(record: IdentityRecord): Promise<void>;
  find(kind: string, id: string): Promise<IdentityRecord | null>;
  findByUid(kind: string, uid: string): Promise<IdentityRecord | null>;
  findByUserCode(kind: string, userCode: string): Promise<IdentityRecord | null>;
  /** False when it was used up before, or is gone: of many callers at once, one gets true. */
  consume(kind: string, id: string, atMs: number): Promise<boolean>;
  delete(kind: string, id: string): Promise<void>;
  deleteOfGrant(grantId: string): Promise<void>;
  /** Everything of an account: all its sessions end. */
  deleteOfAccount(accountId: string): Promise<void>;
  /** Removes what expired before `nowMs`. */
  prune(nowMs: number): Promise<void>;
}
