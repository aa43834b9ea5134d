/** What every store of users, links, API tokens and the OpenID provider's records does. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiToken, ApiTokenStore } from './api-tokens.ts';
import { sampleUser } from './fixtures/sample-users.ts';
import type { IdentityRecord, IdentityRecordStore } from './identity-records.ts';
import type { SignInLinkStore, UserStore } from './users.ts';
import { versionedRowsContract } from './versioned-rows.contract.ts';

interface Stores {
  users: UserStore;
  signInLinks: SignInLinkStore;
  apiTokens: ApiTokenStore;
  identityRecords: IdentityRecordStore;
}

const failsWith = (code: string) => ({ name: 'LoadstarError', code });
const hash = (digit: string) => digit.repeat(64);
const AT_ONCE = 50;

export function identityStoresContract(
  name: string,
  open: () => Promise<{ stores: Stores; close: () => Promise<void> }>,
): void {
  let stores: Stores;
  let close: () => Promise<void>;
  const opened = () => {
    beforeEach(async () => {
      ({ stores, close } = await open());
    });
    afterEach(() => close());
  };

  userStoreContract(name, async () => {
    const opened = await open();
    return { users: opened.stores.users, close: opened.close };
  });

  describe(`${name} is a store of sign-in links`, () => {
    opened();
    links(() => stores.signInLinks);
  });

  describe(`${name} is a store of API tokens`, () => {
    opened();
    tokens(() => stores.apiTokens);
  });

  describe(`${name} is a store of the OpenID provider's records`, () => {
    opened();
    records(() => stores.identityRecords);
  });
}

/** What every store of users does, wherever their passwords are. */
export function userStoreContract(
  name: string,
  open: () => Promise<{ users: UserStore; close: () => Promise<void> }>,
): void {
  describe(`${name} is a user store`, () => {
    let users: UserStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ users, close } = await open());
    });
    afterEach(() => close());
    versionedRowsContract(() => ({
      create: (row) => users.create(row),
      get: (id) => users.get(id),
      update: (row) => users.update(row),
      list: (page) => users.list(page),
      delete: (id) => users.delete(id),
      make: ({ id, version = 1, createdAtMs = 1_700_000_000_000, note = 'none' }) =>
        sampleUser({ id, version, createdAtMs, name: note, email: `${id}@example.com` }),
      broken: { ...sampleUser({ id: 'broken' }), email: 'UPPER@example.com' },
    }));
    addresses(() => users);
  });
}

function addresses(users: () => UserStore): void {
  it('finds a user by the address, whatever its case', async () => {
    await users().create(sampleUser({ id: 'a', email: 'ada@example.com' }));
    expect(await users().findByEmail('Ada@Example.COM')).toMatchObject({ id: 'a' });
    expect(await users().findByEmail("' OR 1=1 --")).toBeNull();
  });

  it('gives an address to one user only', async () => {
    await users().create(sampleUser({ id: 'a', email: 'a@example.com' }));
    await users().create(sampleUser({ id: 'b', email: 'b@example.com' }));
    const twice = sampleUser({ id: 'c', email: 'a@example.com' });
    await expect(users().create(twice)).rejects.toMatchObject(failsWith('conflict'));
    const taken = sampleUser({ id: 'b', version: 2, email: 'a@example.com' });
    await expect(users().update(taken)).rejects.toMatchObject(failsWith('conflict'));
    expect(await users().get('b')).toMatchObject({ version: 1, email: 'b@example.com' });
  });

  it('counts administrators that are active', async () => {
    expect(await users().countActiveAdmins()).toBe(0);
    await users().create(sampleUser({ id: 'a', role: 'admin' }));
    await users().create(sampleUser({ id: 'b', role: 'admin', status: 'invited' }));
    await users().create(sampleUser({ id: 'c', role: 'admin', status: 'disabled' }));
    await users().create(sampleUser({ id: 'd', role: 'editor' }));
    expect(await users().countActiveAdmins()).toBe(1);
    await users().update(sampleUser({ id: 'b', version: 2, role: 'admin' }));
    await users().update(sampleUser({ id: 'a', version: 2, role: 'viewer' }));
    expect(await users().countActiveAdmins()).toBe(1);
  });
}

function links(store: () => SignInLinkStore): void {
  const link = (digit: string, userId = 'a') =>
    ({ hash: hash(digit), userId, purpose: 'invite', expiresAtMs: 10 }) as const;

  it('gives a link to exactly one of all who take it', async () => {
    await store().put(link('1'));
    expect(await store().find(hash('1'))).toEqual(link('1'));
    const taken = await Promise.all(Array.from({ length: AT_ONCE }, () => store().take(hash('1'))));
    expect(taken.filter((each) => each)).toHaveLength(1);
    expect(await store().find(hash('1'))).toBeNull();
  });

  it('keeps the last link of each user', async () => {
    await store().put(link('1'));
    await store().put(link('2'));
    await store().put(link('3', 'b'));
    expect(await store().find(hash('1'))).toBeNull();
    expect(await store().find(hash('2'))).not.toBeNull();
    await store().deleteOfUser('a');
    expect(await store().find(hash('2'))).toBeNull();
    expect(await store().find(hash('3'))).not.toBeNull();
  });
}

function tokens(store: () => ApiTokenStore): void {
  const token = (id: string, overrides: Partial<ApiToken> = {}): ApiToken => ({
    id,
    name: 'nightly',
    ownerId: 'user-1',
    ownerName: 'Ada',
    role: 'editor',
    hash: hash(id),
    prefix: 'lst_ab',
    createdAtMs: 1,
    expiresAtMs: 2,
    lastUsedAtMs: null,
    ...overrides,
  });

  it('finds a token by its hash, once', async () => {
    await store().create(token('a'));
    expect(await store().findByHash(hash('a'))).toEqual(token('a'));
    expect(await store().findByHash(hash('b'))).toBeNull();
    await expect(store().create(token('b', { hash: hash('a') }))).rejects.toMatchObject(failsWith('conflict'));
    await expect(store().create(token('a', { hash: hash('b') }))).rejects.toMatchObject(failsWith('conflict'));
  });

  it('notes when a token was used last, and never goes back', async () => {
    await store().create(token('a'));
    await store().noteUse('a', 50);
    await store().noteUse('a', 40);
    await store().noteUse('gone', 40);
    expect(await store().get('a')).toEqual(token('a', { lastUsedAtMs: 50 }));
    expect((await store().list({ ownerId: null, limit: 5, cursor: null })).items).toEqual([
      token('a', { lastUsedAtMs: 50 }),
    ]);
  });

  it("lists one owner's tokens or all, page by page, newest first", async () => {
    for (const id of ['a', 'b', 'c', 'd']) {
      await store().create(token(id, { createdAtMs: 'badc'.indexOf(id), ownerId: id === 'a' ? 'other' : 'user-1' }));
    }
    const first = await store().list({ ownerId: 'user-1', limit: 2, cursor: null });
    expect(first.items.map(({ id }) => id)).toEqual(['c', 'd']);
    const second = await store().list({ ownerId: 'user-1', limit: 2, cursor: first.nextCursor });
    expect([second.items.map(({ id }) => id), second.nextCursor]).toEqual([['b'], null]);
    expect((await store().list({ ownerId: null, limit: 9, cursor: null })).items).toHaveLength(4);
    await expect(store().list({ ownerId: null, limit: 9, cursor: 'x' })).rejects.toMatchObject(
      failsWith('option_invalid'),
    );
  });

  it('forgets one, or all of an owner', async () => {
    for (const id of ['a', 'b', 'c']) await store().create(token(id, { ownerId: id === 'c' ? 'other' : 'user-1' }));
    await store().delete('a');
    await store().delete('a');
    expect(await store().get('a')).toBeNull();
    await store().deleteOfOwner('user-1');
    expect(await store().get('b')).toBeNull();
    expect(await store().get('c')).not.toBeNull();
  });
}

function records(store: () => IdentityRecordStore): void {
  const record = (id: string, overrides: Partial<IdentityRecord> = {}): IdentityRecord => ({
    kind: 'RefreshToken',
    id,
    payload: { exp: 5, nested: { 'ü "': [1, null] } },
    uid: null,
    userCode: null,
    grantId: null,
    accountId: null,
    consumedAtMs: null,
    expiresAtMs: 100,
    ...overrides,
  });

  it('finds a record of its kind by id, uid and user code', async () => {
    const all = record('a', { uid: 'u', userCode: 'c' });
    await store().put(all);
    expect(await store().find('RefreshToken', 'a')).toEqual(all);
    expect(await store().findByUid('RefreshToken', 'u')).toEqual(all);
    expect(await store().findByUserCode('RefreshToken', 'c')).toEqual(all);
    expect(await store().find('Session', 'a')).toBeNull();
    expect(await store().findByUid('Session', 'u')).toBeNull();
    expect(await store().findByUserCode('RefreshToken', 'u')).toBeNull();
    await store().put(record('a', { payload: { exp: 6 } }));
    expect(await store().find('RefreshToken', 'a')).toMatchObject({ payload: { exp: 6 }, uid: null });
    expect(await store().findByUid('RefreshToken', 'u')).toBeNull();
  });

  it('is used up by exactly one of many at once', async () => {
    await store().put(record('a'));
    const used = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => store().consume('RefreshToken', 'a', i + 1)),
    );
    expect(used.filter((each) => each)).toHaveLength(1);
    expect(await store().find('RefreshToken', 'a')).toMatchObject({ consumedAtMs: used.indexOf(true) + 1 });
    expect(await store().consume('RefreshToken', 'gone', 1)).toBe(false);
  });

  it('forgets by id, by grant, by account, and what has expired', async () => {
    await store().put(record('a'));
    await store().put(record('b', { grantId: 'g' }));
    await store().put(record('c', { grantId: 'g', kind: 'AuthorizationCode' }));
    await store().put(record('d', { accountId: 'x', kind: 'Session' }));
    await store().put(record('e', { expiresAtMs: null }));
    await store().put(record('f', { expiresAtMs: 99 }));
    await store().delete('RefreshToken', 'a');
    await store().deleteOfGrant('g');
    await store().deleteOfAccount('x');
    await store().prune(100);
    const kinds = { a: 'RefreshToken', b: 'RefreshToken', c: 'AuthorizationCode', d: 'Session', f: 'RefreshToken' };
    for (const [id, kind] of Object.entries(kinds)) expect(await store().find(kind, id)).toBeNull();
    expect(await store().find('RefreshToken', 'e')).not.toBeNull();
  });
}
