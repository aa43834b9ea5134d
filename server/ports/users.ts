/** Users whom the control plane knows by itself, and the one-time links by which they choose a password. */
import type { Role, UserStatus } from '../../core/api/identity.ts';

export interface User {
  id: string;
  version: number;
  /** In lower case; no other user has it. */
  email: string;
  name: string;
  role: Role;
  status: UserStatus;
  /** Null until the first one is chosen, and where passwords are kept elsewhere. Never leaves the verbs. */
  passwordHash: string | null;
  /** What was signed for the user before this is void: the password was changed, or the user disabled. */
  tokensValidFromMs: number;
  createdAtMs: number;
  updatedAtMs: number;
  lastSignInAtMs: number | null;
}

/** Rows are versioned as in `stores.ts`; the same promises hold. */
export interface UserStore {
  /** Throws `conflict` when the id or the email address exists. */
  create(user: User): Promise<void>;
  get(id: string): Promise<User | null>;
  /** Whatever the case of the address. */
  findByEmail(email: string): Promise<User | null>;
  /** Replaces the row that has `user.version - 1`; throws `conflict` when it has another or somebody else has the address, `not_found`. */
  update(user: User): Promise<void>;
  /** Newest first. */
  list(page: { limit: number; cursor: string | null }): Promise<{ items: User[]; nextCursor: string | null }>;
  /** How many are active and administrators. */
  countActiveAdmins(): Promise<number>;
  delete(id: string): Promise<void>;
}

export interface SignInLink {
  /** Of its secret, which is nowhere kept. */
  hash: string;
  userId: string;
  purpose: 'invite' | 'reset';
  expiresAtMs: number;
}

/** Each user has at most one link: a new one voids the one before. */
export interface SignInLinkStore {
  put(link: SignInLink): Promise<void>;
  find(hash: string): Promise<SignInLink | null>;
  /** Removes it. True for exactly one of all who try. */
  take(hash: string): Promise<boolean>;
  deleteOfUser(userId: string): Promise<void>;
}
