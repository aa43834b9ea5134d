/** Users in the table `users`, their links in `sign_in_links`. */
import { LoadstarError } from '../../../../core/errors.ts';
import type { SignInLinkStore, User, UserStore } from '../../../ports/users.ts';
import { signInLinkRowSchema, userSchema } from '../../identity-rows.ts';
import { pageOf, readPage } from '../../page.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { Database } from './database.ts';
import { isConstraintViolation } from './sqlite-errors.ts';
import { insertRow, refuseUpdate, startOf } from './versioned-table.ts';

type Row = Record<string, unknown>;

export function createUserStore(database: Database): UserStore {
  const read = (row: Row | undefined) =>
    row === undefined ? null : database.readDocument(userSchema, row as never, `user ${row.id}`);
  return {
    async create(user) {
      const values = valuesOf(user);
      insertRow(`user ${user.email}`, () =>
        database.change(
          'INSERT INTO users (version, email, is_active_admin, created_at_ms, document, id) VALUES (?, ?, ?, ?, ?, ?)',
          ...values,
          user.id,
        ),
      );
    },

    async get(id) {
      return read(database.rows('SELECT id, document FROM users WHERE id = ?', id)[0]);
    },

    async findByEmail(email) {
      return read(database.rows('SELECT id, document FROM users WHERE email = ?', email.toLowerCase())[0]);
    },

    async update(user) {
      const values = valuesOf(user);
      const sql = `UPDATE users SET version = ?, email = ?, is_active_admin = ?, created_at_ms = ?, document = ?
                   WHERE id = ? AND version = ?`;
      const changed = refusingSameEmail(user, () => database.change(sql, ...values, user.id, user.version - 1));
      if (changed === 0) refuseUpdate(database, 'users', `user ${user.id}`, user);
    },

    async list(page) {
      const { limit, after } = readPage(page);
      const start = startOf(after);
      const rows = database.rows(
        `SELECT id, document FROM users WHERE (created_at_ms, id) < (?, ?)
         ORDER BY created_at_ms DESC, id DESC LIMIT ?`,
        start.createdAtMs,
        start.id,
        limit + 1,
      );
      const users = rows.map((row) => database.readDocument(userSchema, row, `user ${row.id}`));
      return pageOf(users, limit, ({ createdAtMs, id }) => ({ createdAtMs, id }));
    },

    async countActiveAdmins() {
      return Number(database.rows('SELECT count(*) AS count FROM users WHERE is_active_admin = 1')[0]?.count);
    },

    async delete(id) {
      database.change('DELETE FROM users WHERE id = ?', id);
    },
  };
}

function valuesOf(user: User): [number, string, number, number, string] {
  const checked = checkRowToWrite(userSchema, user, `user ${user.id}`);
  const isActiveAdmin = user.status === 'active' && user.role === 'admin';
  return [user.version, user.email, isActiveAdmin ? 1 : 0, user.createdAtMs, JSON.stringify(checked)];
}

function refusingSameEmail<Result>({ email }: User, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    if (!isConstraintViolation((error as Error).cause)) throw error;
    throw new LoadstarError('conflict', `Another user has the address ${email}.`, { cause: error });
  }
}

export function createSignInLinkStore(database: Database): SignInLinkStore {
  return {
    async put(link) {
      const document = JSON.stringify(checkRowToWrite(signInLinkRowSchema, link, 'a sign-in link'));
      const sql = 'INSERT OR REPLACE INTO sign_in_links (user_id, hash, document) VALUES (?, ?, ?)';
      database.change(sql, link.userId, link.hash, document);
    },

    async find(hash) {
      const [row] = database.rows('SELECT document FROM sign_in_links WHERE hash = ?', hash);
      return row === undefined ? null : database.readDocument(signInLinkRowSchema, row, 'a sign-in link');
    },

    async take(hash) {
      return database.change('DELETE FROM sign_in_links WHERE hash = ?', hash) > 0;
    },

    async deleteOfUser(userId) {
      database.change('DELETE FROM sign_in_links WHERE user_id = ?', userId);
    },
  };
}
