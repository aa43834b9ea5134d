/** Deletes a secret: runs that name it cannot start any more. */
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';

/** Throws `forbidden`, `not_found`. */
export async function deleteSecret(
  ports: Pick<Ports, 'secrets' | 'audit' | 'nowMs'>,
  actor: Actor,
  { name }: { name: string },
): Promise<void> {
  requireRole(actor, 'editor');
  if (!(await ports.secrets.delete(name))) throw new LoadstarError('not_found', `There is no secret ${name}.`);
  await recordAudit(ports, actor, { action: 'secret.delete', target: name });
}
