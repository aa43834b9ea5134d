/** Mends what differs between the rows of users and their pool: after a crash between two writes, and after changes that were made in the pool by hand. */
import { limits } from '../../../../core/limits.ts';
import type { User, UserStore } from '../../../ports/users.ts';
import type { PoolUser, UserPool } from './user-pool.ts';
import { isWritten } from './written.ts';

export interface ReconcilingPorts {
  pool: UserPool;
  rows: UserStore;
  nowMs(): number;
  /** Makes a row of somebody who is in the pool alone. */
  takeUp(person: PoolUser): Promise<unknown>;
}

/** Takes one pass over all of both; the pool lists 60 at once. */
export async function reconcileUsers(ports: ReconcilingPorts): Promise<void> {
  const rows = await allRows(ports.rows);
  for await (const person of ports.pool.list()) {
    const row = rows.get(person.id);
    rows.delete(person.id);
    if (row === undefined) await ports.takeUp(person);
    else await mend(ports, row, person);
  }
  for (const row of rows.values()) {
    // Lists of the pool lag behind: only who is really gone is. Whoever is invited gets into the pool with the next invitation.
    if (row.status === 'active' && (await ports.pool.find(row.id)) === null) await setStatus(ports, row, 'disabled');
  }
}

async function allRows(rows: UserStore): Promise<Map<string, User>> {
  const all = new Map<string, User>();
  let cursor: string | null = null;
  do {
    const page = await rows.list({ limit: limits.pageRowsMax, cursor });
    for (const row of page.items) all.set(row.id, row);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}

async function mend(ports: ReconcilingPorts, row: User, person: PoolUser): Promise<void> {
  if (row.status === 'disabled') {
    if (person.isEnabled && (await isAsRead(ports, row))) await ports.pool.disable(row.id);
  } else if (!person.isEnabled) await setStatus(ports, row, 'disabled');
  else if (row.status === 'invited' && person.hasJoined) await setStatus(ports, row, 'active');
  const isNamedSo = row.email === person.email && row.name === person.name;
  if (!isNamedSo && (await isAsRead(ports, row))) await ports.pool.change(row);
}

/** What changes right now is being told to the pool anyway. */
async function isAsRead({ rows }: ReconcilingPorts, { id, version }: User): Promise<boolean> {
  return (await rows.get(id))?.version === version;
}

/** Nothing when the row was changed meanwhile: the next pass looks again. */
async function setStatus({ rows, nowMs }: ReconcilingPorts, row: User, status: User['status']): Promise<void> {
  const changed = { ...row, status, version: row.version + 1, updatedAtMs: nowMs() };
  await isWritten(rows.update(status === 'disabled' ? { ...changed, tokensValidFromMs: nowMs() } : changed));
}
