/** Personal API tokens: for pipelines and scripts. */
import type { Role } from '../../core/api/identity.ts';

export interface ApiToken {
  id: string;
  /** What it is for. */
  name: string;
  /** Whose it is: id of a user; of an actor `local`, `local`. */
  ownerId: string;
  /** Of the owner when it was made. */
  ownerName: string;
  /** It never gives more than its owner has. */
  role: Role;
  /** SHA-256 of the token, hex; no two tokens have the same. */
  hash: string;
  /** How it begins. */
  prefix: string;
  createdAtMs: number;
  expiresAtMs: number;
  lastUsedAtMs: number | null;
}

/** All calls may be made concurrently and from several processes. A row that was written is there after a crash. */
export interface ApiTokenStore {
  /** Throws `conflict` when the id or the hash exists. */
  create(token: ApiToken): Promise<void>;
  get(id: string): Promise<ApiToken | null>;
  findByHash(hash: string): Promise<ApiToken | null>;
  /** Newest first; of one owner, or of all (null). */
  list(page: {
    ownerId: string | null;
    limit: number;
    cursor: string | null;
  }): Promise<{ items: ApiToken[]; nextCursor: string | null }>;
  /** Never goes back; nothing happens when the token is gone. */
  noteUse(id: string, atMs: number): Promise<void>;
  delete(id: string): Promise<void>;
  deleteOfOwner(ownerId: string): Promise<void>;
}
