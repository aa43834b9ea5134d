/** Takes an API token back: its next request is refused. */
import { type Actor, hasRole } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { ownerIdOf } from './token-owner.ts';

/** One's own; an administrator anybody's. Throws `not_found`, also for a token that is none of yours. */
export async function revokeToken(
  ports: Pick<Ports, 'apiTokens' | 'audit' | 'nowMs'>,
  actor: Actor,
  { tokenId }: { tokenId: string },
): Promise<void> {
  requireRole(actor, 'viewer');
  const token = await ports.apiTokens.get(tokenId);
  if (token === null || (token.ownerId !== ownerIdOf(actor) && !hasRole(actor, 'admin'))) {
    throw new LoadstarError('not_found', `There is no token ${tokenId} of yours.`);
  }
  await ports.apiTokens.delete(tokenId);
  const detail = `${token.name} (${token.prefix}...) of ${token.ownerName}`;
  await recordAudit(ports, actor, { action: 'token.revoke', target: tokenId, detail });
}
