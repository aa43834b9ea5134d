/**
 * Users whose passwords a user pool keeps. A row of ours says everything about a user, so that a request is let in by one read; the pool gets to know
 * what it needs to sign people in. Rows change first, by compare-and-swap. Whoever is disabled in either is disabled in both, so that no order of things
 * and no crash between them lets somebody in; that is why letting in again begins in the pool.
 *
 * Somebody who is in the pool alone, made by the deployment or by hand, is taken up when they first come or users are listed: as one of ours, with the
 * role of their group. Who has none is nobody here.
 */

import { idSchema } from '../../../../core/api/common.ts';
import { emailSchema } from '../../../../core/api/identity.ts';
import type { User, UserStore } from '../../../ports/users.ts';
import { reconcileUsers } from './reconcile-users.ts';
import type { PoolUser, UserPool } from './user-pool.ts';
import { isWritten } from './written.ts';

export interface CognitoUserStoreOptions {
  pool: UserPool;
  /** All that there is to say about users. */
  rows: UserStore;
  nowMs(): number;
}

export function createCognitoUserStore({ pool, rows, nowMs }: CognitoUserStoreOptions): UserStore {
  const takeUp = (person: PoolUser) => takeUpUser({ pool, rows, nowMs }, person);

  const findByEmail = async (email: string): Promise<User | null> => {
    const row = await rows.findByEmail(email);
    if (row !== null) return row;
    const address = emailSchema.safeParse(email);
    const person = address.success ? await pool.findByEmail(address.data) : null;
    return person === null ? null : takeUp(person);
  };

  /** Whoever has chosen a password at the pool since they were invited is active. */
  const joined = async (row: User): Promise<User> => {
    const person = await pool.find(row.id);
    if (person === null || !person.hasJoined) return row;
    const status = person.isEnabled ? 'active' : 'disabled';
    const changed: User = { ...row, status, version: row.version + 1, updatedAtMs: nowMs() };
    return (await isWritten(rows.update(changed))) ? changed : ((await rows.get(row.id)) ?? row);
  };

  return {
    findByEmail,
    countActiveAdmins: () => rows.countActiveAdmins(),

    async get(id) {
      const row = await rows.get(id);
      if (row !== null) return row.status === 'invited' ? joined(row) : row;
      const person = idSchema.safeParse(id).success ? await pool.find(id) : null;
      return person === null ? null : takeUp(person);
    },

    async create(user) {
      // So that somebody in the pool alone counts as who has the address.
      await findByEmail(user.email);
      await rows.create(user);
      try {
        await pool.add(user, { isMailed: false });
      } catch (error) {
        // It may be there without its role: unseen by all, it would keep its address from everybody.
        await pool.remove(user.id).catch(() => {});
        await rows.delete(user.id);
        throw error;
      }
    },

    async update(user) {
      const present = await rows.get(user.id);
      if (present !== null && present.email !== user.email) await findByEmail(user.email);
      if (present?.status === 'disabled' && user.status !== 'disabled') await pool.enable(user.id);
      await rows.update(user);
      await tellPool(pool, present, user);
    },

    async list(page) {
      // With the first page, for all of them.
      if (page.cursor === null) await reconcileUsers({ pool, rows, nowMs, takeUp });
      return rows.list(page);
    },

    async delete(id) {
      // First where it would be taken up from.
      await pool.remove(id);
      await rows.delete(id);
    },
  };
}

/** What the pool needs to know of a row that has changed. */
async function tellPool(pool: UserPool, before: User | null, user: User): Promise<void> {
  const isSame = (['name', 'email', 'role', 'status', 'tokensValidFromMs'] as const).every(
    (field) => before?.[field] === user[field],
  );
  if (isSame) return;
  if (!(await pool.change(user))) await pool.add(user, { isMailed: false });
  if (user.status === 'disabled') await pool.disable(user.id);
  // Once more: a reconciliation may have found the row disabled still.
  else if (before?.status === 'disabled') await pool.enable(user.id);
  else if (before !== null && user.tokensValidFromMs > before.tokensValidFromMs) await pool.signOut(user.id);
}

/** The row of somebody who was in the pool alone; null when they have no role, or no name that can be an id of ours. */
async function takeUpUser({ pool, rows, nowMs }: CognitoUserStoreOptions, person: PoolUser): Promise<User | null> {
  const { id, email, name, isEnabled, hasJoined, createdAtMs } = person;
  const known = await rows.get(id);
  if (known !== null) return known;
  const role = idSchema.safeParse(id).success && emailSchema.safeParse(email).success ? await pool.roleOf(id) : null;
  if (role === null) return null;
  const status = isEnabled ? (hasJoined ? 'active' : 'invited') : 'disabled';
  const times = { tokensValidFromMs: 0, createdAtMs, updatedAtMs: nowMs(), lastSignInAtMs: null };
  const user: User = { id, version: 1, email, name, role, status, passwordHash: null, ...times };
  // Somebody else may have taken them up, or have the address.
  return (await isWritten(rows.create(user))) ? user : rows.get(id);
}
