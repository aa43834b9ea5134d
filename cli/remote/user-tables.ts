/** Users and API tokens as people read them. */
import type { TokenResource, UserResource } from '../../core/api/identity.ts';
import type { Column } from '../summary/table.ts';
import type { Output } from '../terminal/streams.ts';
import { cell, instant, table } from './tables.ts';

const userColumns: Column[] = [
  { title: 'email', align: 'left', dropOrder: 0 },
  { title: 'name', align: 'left', dropOrder: 2 },
  { title: 'role', align: 'left', dropOrder: 0 },
  { title: 'status', align: 'left', dropOrder: 0 },
  { title: 'last sign-in', align: 'left', dropOrder: 1 },
  { title: 'id', align: 'left', dropOrder: 3 },
];

export function userTable(users: readonly UserResource[], output: Output): string {
  const rows = users.map(({ email, name, role, status, lastSignInAt, id }) => [
    cell(email),
    cell(name),
    cell(role),
    cell(status),
    cell(lastSignInAt === null ? 'never' : instant(lastSignInAt)),
    cell(id),
  ]);
  return table(userColumns, rows, 'No users.', output);
}

const tokenColumns: Column[] = [
  { title: 'name', align: 'left', dropOrder: 0 },
  { title: 'id', align: 'left', dropOrder: 0 },
  { title: 'role', align: 'left', dropOrder: 0 },
  { title: 'of', align: 'left', dropOrder: 2 },
  { title: 'expires', align: 'left', dropOrder: 0 },
  { title: 'last used', align: 'left', dropOrder: 1 },
];

export function tokenTable(tokens: readonly TokenResource[], output: Output): string {
  const rows = tokens.map(({ name, id, role, owner, expiresAt, lastUsedAt }) => [
    cell(name),
    cell(id),
    cell(role),
    cell(owner.name),
    cell(instant(expiresAt)),
    cell(lastUsedAt === null ? 'never' : instant(lastUsedAt)),
  ]);
  return table(tokenColumns, rows, 'No tokens.', output);
}
