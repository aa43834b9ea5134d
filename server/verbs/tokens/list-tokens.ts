/** API tokens, newest first. */
import type { TokenPage } from '../../../core/api/identity.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';
import { describeToken } from './describe-token.ts';
import { ownerIdOf } from './token-owner.ts';

export interface ListTokens {
  /** Everybody's need an administrator. */
  of: 'me' | 'everybody';
  limit: number;
  cursor?: string | undefined;
}

/** `cursor` as the page before answered it. Throws `option_invalid` for one that no page has answered. */
export async function listTokens(
  { apiTokens }: Pick<Ports, 'apiTokens'>,
  actor: Actor,
  { of, limit, cursor }: ListTokens,
): Promise<TokenPage> {
  requireRole(actor, of === 'me' ? 'viewer' : 'admin');
  const ownerId = of === 'me' ? ownerIdOf(actor) : null;
  const { items, nextCursor } = await apiTokens.list({ ownerId, limit, cursor: cursor ?? null });
  return { items: items.map(describeToken), nextCursor };
}
