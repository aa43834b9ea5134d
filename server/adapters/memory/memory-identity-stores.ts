/** Stores of users, links, API tokens and the OpenID provider's records, for tests. Rows are kept as JSON, so nobody shares memory with them. */
import type { z } from 'zod';
import { LoadstarError } from '../../../core/errors.ts';
import type { ApiToken, ApiTokenStore } from '../../ports/api-tokens.ts';
import type { IdentityRecord, IdentityRecordStore } from '../../ports/identity-records.ts';
import { compareKeys } from '../../ports/object-key.ts';
import type { SignInLink, SignInLinkStore, User, UserStore } from '../../ports/users.ts';
import { apiTokenSchema, identityRecordSchema, signInLinkRowSchema, userSchema } from '../identity-rows.ts';
import { type PagePosition, pageOf, readPage } from '../page.ts';
import { checkRowToWrite } from '../stored-rows.ts';

export interface IdentityStores {
  users: UserStore;
  signInLinks: SignInLinkStore;
  apiTokens: ApiTokenStore;
  identityRecords: IdentityRecordStore;
}

export function createMemoryIdentityStores(): IdentityStores {
  return {
    users: createUserStore(),
    signInLinks: createSignInLinkStore(),
    apiTokens: createApiTokenStore(),
    identityRecords: createIdentityRecordStore(),
  };
}

class Documents<Row> {
  readonly #documents = new Map<string, string>();
  readonly #schema: z.ZodType<Row>;

  constructor(schema: z.ZodType<Row>) {
    this.#schema = schema;
  }

  put(key: string, row: Row): void {
    this.#documents.set(key, JSON.stringify(checkRowToWrite(this.#schema, row, 'a row')));
  }

  get(key: string): Row | null {
    const document = this.#documents.get(key);
    return document === undefined ? null : this.#schema.parse(JSON.parse(document));
  }

  find(isWanted: (row: Row) => boolean): Row | null {
    return this.all().find(isWanted) ?? null;
  }

  all(): Row[] {
    return [...this.#documents.values()].map((document) => this.#schema.parse(JSON.parse(document)));
  }

  delete(isUnwanted: (row: Row) => boolean): boolean {
    const keys = [...this.#documents.keys()].filter((key) => isUnwanted(this.get(key) as Row));
    for (const key of keys) this.#documents.delete(key);
    return keys.length > 0;
  }
}

/** Newest first. */
function pageOfRows<Row extends PagePosition>(rows: Row[], page: { limit: number; cursor: string | null }) {
  const { limit, after } = readPage(page);
  const compare = (a: PagePosition, b: PagePosition) => b.createdAtMs - a.createdAtMs || compareKeys(b.id, a.id);
  const wanted = rows.filter((row) => after === null || compare(after, row) < 0).sort(compare);
  return pageOf(wanted, limit, ({ createdAtMs, id }) => ({ createdAtMs, id }));
}

function createUserStore(): UserStore {
  const rows = new Documents<User>(userSchema);
  const refuseTaken = ({ id, email }: User) => {
    if (rows.find((other) => other.email === email && other.id !== id) === null) return;
    throw new LoadstarError('conflict', `Another user has the address ${email}.`);
  };
  return {
    async create(user) {
      checkRowToWrite(userSchema, user, `user ${user.id}`);
      refuseTaken(user);
      if (rows.get(user.id) !== null) throw new LoadstarError('conflict', `user ${user.id} exists already`);
      rows.put(user.id, user);
    },
    get: async (id) => rows.get(id),
    findByEmail: async (email) => rows.find((user) => user.email === email.toLowerCase()),
    async update(user) {
      checkRowToWrite(userSchema, user, `user ${user.id}`);
      const present = rows.get(user.id);
      if (present === null) throw new LoadstarError('not_found', `user ${user.id} is gone`);
      if (present.version !== user.version - 1) {
        throw new LoadstarError('conflict', `user ${user.id} was changed meanwhile`);
      }
      refuseTaken(user);
      rows.put(user.id, user);
    },
    list: async (page) => pageOfRows(rows.all(), page),
    countActiveAdmins: async () =>
      rows.all().filter(({ role, status }) => role === 'admin' && status === 'active').length,
    async delete(id) {
      rows.delete((user) => user.id === id);
    },
  };
}

function createSignInLinkStore(): SignInLinkStore {
  const rows = new Documents<SignInLink>(signInLinkRowSchema);
  return {
    put: async (link) => rows.put(link.userId, link),
    find: async (hash) => rows.find((link) => link.hash === hash),
    take: async (hash) => rows.delete((link) => link.hash === hash),
    async deleteOfUser(userId) {
      rows.delete((link) => link.userId === userId);
    },
  };
}

function createApiTokenStore(): ApiTokenStore {
  const rows = new Documents<ApiToken>(apiTokenSchema);
  return {
    async create(token) {
      if (rows.find(({ id, hash }) => id === token.id || hash === token.hash) !== null) {
        throw new LoadstarError('conflict', `API token ${token.id} exists already`);
      }
      rows.put(token.id, token);
    },
    get: async (id) => rows.get(id),
    findByHash: async (hash) => rows.find((token) => token.hash === hash),
    list: async ({ ownerId, ...page }) =>
      pageOfRows(
        rows.all().filter((token) => ownerId === null || token.ownerId === ownerId),
        page,
      ),
    async noteUse(id, atMs) {
      const token = rows.get(id);
      if (token !== null && (token.lastUsedAtMs ?? 0) < atMs) rows.put(id, { ...token, lastUsedAtMs: atMs });
    },
    async delete(id) {
      rows.delete((token) => token.id === id);
    },
    async deleteOfOwner(ownerId) {
      rows.delete((token) => token.ownerId === ownerId);
    },
  };
}

function createIdentityRecordStore(): IdentityRecordStore {
  const rows = new Documents<IdentityRecord>(identityRecordSchema);
  const key = (kind: string, id: string) => JSON.stringify([kind, id]);
  return {
    put: async (record) => rows.put(key(record.kind, record.id), record),
    find: async (kind, id) => rows.get(key(kind, id)),
    findByUid: async (kind, uid) => rows.find((record) => record.kind === kind && record.uid === uid),
    findByUserCode: async (kind, code) => rows.find((record) => record.kind === kind && record.userCode === code),
    async consume(kind, id, atMs) {
      const record = rows.get(key(kind, id));
      if (record === null || record.consumedAtMs !== null) return false;
      rows.put(key(kind, id), { ...record, consumedAtMs: atMs });
      return true;
    },
    async delete(kind, id) {
      rows.delete((record) => record.kind === kind && record.id === id);
    },
    async deleteOfGrant(grantId) {
      rows.delete((record) => record.grantId === grantId);
    },
    async deleteOfAccount(accountId) {
      rows.delete((record) => record.accountId === accountId);
    },
    async prune(nowMs) {
      rows.delete(({ expiresAtMs }) => expiresAtMs !== null && expiresAtMs < nowMs);
    },
  };
}
