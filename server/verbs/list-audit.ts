/** Who did what, newest first. */
import type { Actor, AuditPage } from '../../core/api/system.ts';
import type { Ports } from '../ports/ports.ts';
import { requireRole } from './require-role.ts';

type AuditPorts = Pick<Ports, 'audit' | 'runs' | 'scenarios' | 'users'>;

/** `cursor` as the page before answered it. Throws `forbidden`, `option_invalid` for a cursor that no page has answered. */
export async function listAudit(
  ports: AuditPorts,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<AuditPage> {
  requireRole(actor, 'admin');
  const { items, nextCursor } = await ports.audit.list({ limit: input.limit, cursor: input.cursor ?? null });
  const names = new Map<string, Promise<string | null>>();
  const nameOf = ({ action, target }: { action: string; target: string }): Promise<string | null> => {
    const known = names.get(target) ?? readName(ports, action, target);
    names.set(target, known);
    return known;
  };
  return {
    items: await Promise.all(
      items.map(async ({ atMs, ...record }) => ({
        ...record,
        at: new Date(atMs).toISOString(),
        targetName: await nameOf(record),
      })),
    ),
    nextCursor,
  };
}

/** The first word of an action says what its target is. */
async function readName({ runs, scenarios, users }: AuditPorts, action: string, id: string): Promise<string | null> {
  const [kind] = action.split('.', 1);
  if (kind === 'run') return (await runs.get(id))?.scenarioName ?? null;
  if (kind === 'scenario') return (await scenarios.get(id))?.scenario.name ?? null;
  return kind === 'user' ? ((await users.get(id))?.name ?? null) : null;
}
