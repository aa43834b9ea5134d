/** The names of all secrets; their values are told to nobody. */
import type { SecretPage } from '../../../core/api/secrets.ts';
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';

/** All of them: there are few. */
export async function listSecrets({ secrets }: Pick<Ports, 'secrets'>, actor: Actor): Promise<SecretPage> {
  requireRole(actor, 'viewer');
  const items = (await secrets.list()).map(({ name, updatedAtMs, updatedBy }) => ({
    name,
    updatedAt: new Date(updatedAtMs).toISOString(),
    updatedBy,
  }));
  return { items, nextCursor: null };
}
