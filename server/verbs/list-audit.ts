/** Who did what, newest first. */
import type { Actor, AuditPage } from '../../core/api/system.ts';
import type { Ports } from '../ports/ports.ts';
import { requireRole } from './require-role.ts';

/** `cursor` as the page before answered it. Throws `forbidden`, `option_invalid` for a cursor that no page has answered. */
export async function listAudit(
  { audit }: Pick<Ports, 'audit'>,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<AuditPage> {
  requireRole(actor, 'admin');
  const { items, nextCursor } = await audit.list({ limit: input.limit, cursor: input.cursor ?? null });
  return { items: items.map(({ atMs, ...record }) => ({ ...record, at: new Date(atMs).toISOString() })), nextCursor };
}
