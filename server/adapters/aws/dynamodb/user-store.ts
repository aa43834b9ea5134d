/** Users: one record each, found by id and address, listed by age; and the one-time links by which they choose a password. */
import { LoadstarError } from '../../../../core/errors.ts';
import type { SignInLink, SignInLinkStore, User, UserStore } from '../../../ports/users.ts';
import { signInLinkRowSchema, userSchema } from '../../identity-rows.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { Item } from './dynamo-table.ts';
import type { IndexedRecords, RecordEntry } from './indexed-records.ts';
import { numberPosition } from './positions.ts';
import { readRecord } from './record-documents.ts';
import { pageOfRecords } from './record-pages.ts';

const ALL = 'users';
const ACTIVE_ADMINS = 'users-active-admins';
const keyOf = (id: string) => `user#${id}`;
const addressKey = (email: string) => `user-email#${email.toLowerCase()}`;

/** All calls see the newest state. */
export function createUserStore(records: IndexedRecords): UserStore {
  const write = async (user: User, check: (present: Item | null) => void) => {
    const checked = checkRowToWrite(userSchema, user, `user ${user.id}`);
    const taken = () => new LoadstarError('conflict', `Another user has the address ${user.email}.`);
    const document = JSON.stringify(checked);
    return records.put({ pk: keyOf(user.id), document, entries: entriesOf(checked) }, { check, taken });
  };

  return {
    create: (user) =>
      write(user, (present) => {
        if (present !== null) throw new LoadstarError('conflict', `user ${user.id} exists already`);
      }),

    async get(id) {
      const item = await records.get(keyOf(id));
      return item === null ? null : readUser(item);
    },

    async findByEmail(email) {
      const item = await records.find(addressKey(email));
      return item === null ? null : readUser(item);
    },

    update: (user) =>
      write(user, (present) => {
        if (present === null) throw new LoadstarError('not_found', `user ${user.id} is gone`);
        if (readUser(present).version === user.version - 1) return;
        throw new LoadstarError('conflict', `user ${user.id} was changed meanwhile`);
      }),

    list: (page) => pageOfRecords(records, ALL, page, readUser),

    countActiveAdmins: () => records.count(ACTIVE_ADMINS),

    async delete(id) {
      await records.remove(keyOf(id));
    },
  };
}

function entriesOf({ id, email, role, status, createdAtMs }: User): RecordEntry[] {
  const isActiveAdmin = role === 'admin' && status === 'active';
  return [
    { pk: addressKey(email), sk: null },
    { pk: ALL, sk: numberPosition(createdAtMs, id) },
    ...(isActiveAdmin ? [{ pk: ACTIVE_ADMINS, sk: id }] : []),
  ];
}

function readUser(item: Item): User {
  return readRecord(userSchema, item);
}

/** Each user has one record for the link, so that a new one takes the place of the one before. */
export function createSignInLinkStore(records: IndexedRecords): SignInLinkStore {
  const keyOfUser = (userId: string) => `sign-in-link#${userId}`;
  const hashKey = (hash: string) => `sign-in-link-hash#${hash}`;
  const find = async (hash: string): Promise<SignInLink | null> => {
    const item = await records.find(hashKey(hash));
    return item === null ? null : readRecord(signInLinkRowSchema, item);
  };
  return {
    find,

    async put(link) {
      const checked = checkRowToWrite(signInLinkRowSchema, link, 'a sign-in link');
      const record = {
        pk: keyOfUser(link.userId),
        document: JSON.stringify(checked),
        entries: [{ pk: hashKey(link.hash), sk: null }],
        expiresAtSeconds: Math.ceil(link.expiresAtMs / 1000),
      };
      const taken = () => new LoadstarError('internal', 'two sign-in links have the same secret');
      await records.put(record, { check: () => {}, taken });
    },

    async take(hash) {
      const link = await find(hash);
      if (link === null) return false;
      const isMeant = (item: Item) => readRecord(signInLinkRowSchema, item).hash === hash;
      return records.remove(keyOfUser(link.userId), isMeant);
    },

    async deleteOfUser(userId) {
      await records.remove(keyOfUser(userId));
    },
  };
}
