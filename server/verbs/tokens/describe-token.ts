/** API tokens as others see them: without the token. */
import type { TokenResource } from '../../../core/api/identity.ts';
import type { ApiToken } from '../../ports/api-tokens.ts';

export function describeToken(token: ApiToken): TokenResource {
  const { id, name, prefix, role, ownerId, ownerName, createdAtMs, expiresAtMs, lastUsedAtMs } = token;
  return {
    id,
    name,
    prefix,
    role,
    owner: { id: ownerId, name: ownerName },
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    lastUsedAt: lastUsedAtMs === null ? null : new Date(lastUsedAtMs).toISOString(),
  };
}
