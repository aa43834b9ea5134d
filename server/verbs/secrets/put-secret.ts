/** Stores the value of a secret, a new one's or another one. */
import type { Actor } from '../../../core/api/system.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';

/** Throws `forbidden`, `option_invalid` when there are too many. */
export async function putSecret(
  ports: Pick<Ports, 'secrets' | 'audit' | 'nowMs'>,
  actor: Actor,
  { name, value }: { name: string; value: string },
): Promise<void> {
  requireRole(actor, 'editor');
  await ports.secrets.put({ name, value, updatedAtMs: ports.nowMs(), updatedBy: actor });
  await recordAudit(ports, actor, { action: 'secret.put', target: name });
}
