/** Makes an API token, which is told this once. */
import type { CreatedToken, CreateToken } from '../../../core/api/identity.ts';
import { type Actor, hasRole, roleOf } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { ApiToken } from '../../ports/api-tokens.ts';
import type { Ports } from '../../ports/ports.ts';
import { hashToken, newToken } from '../../security/token.ts';
import { newId } from '../new-id.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { describeToken } from './describe-token.ts';
import { ownerIdOf } from './token-owner.ts';

const PREFIX_LENGTH = 10;
const DAY_MS = 24 * 3600 * 1000;
const TOKENS_OF_OWNER_MAX = 200;

/** Throws `forbidden` for more than one's own role, and for who came with an API token: none can outlive itself. `option_invalid` for too many. */
export async function createToken(
  ports: Pick<Ports, 'apiTokens' | 'audit' | 'nowMs'>,
  actor: Actor,
  { name, role = roleOf(actor), expiresInDays }: CreateToken,
): Promise<CreatedToken> {
  requireRole(actor, 'viewer');
  if (!hasRole(actor, role)) throw new LoadstarError('forbidden', `You are ${roleOf(actor)}: you cannot give ${role}.`);
  if (actor.kind === 'user' && actor.tokenId !== null) {
    throw new LoadstarError('forbidden', 'API tokens make no API tokens: sign in for that.');
  }
  const ownerId = ownerIdOf(actor);
  const present = await ports.apiTokens.list({ ownerId, limit: TOKENS_OF_OWNER_MAX, cursor: null });
  if (present.items.length === TOKENS_OF_OWNER_MAX) {
    throw new LoadstarError('option_invalid', `There are ${TOKENS_OF_OWNER_MAX} tokens of yours: revoke some first.`);
  }
  const nowMs = ports.nowMs();
  const token = newToken('lst');
  const row: ApiToken = {
    id: newId('token', nowMs),
    name,
    ownerId,
    ownerName: actor.kind === 'user' ? actor.name : actor.kind,
    role,
    hash: hashToken(token),
    prefix: token.slice(0, PREFIX_LENGTH),
    createdAtMs: nowMs,
    expiresAtMs: nowMs + expiresInDays * DAY_MS,
    lastUsedAtMs: null,
  };
  await ports.apiTokens.create(row);
  const detail = `${name} (${row.prefix}...), ${role}, for ${expiresInDays} days`;
  await recordAudit(ports, actor, { action: 'token.create', target: row.id, detail });
  return { token, ...describeToken(row) };
}
