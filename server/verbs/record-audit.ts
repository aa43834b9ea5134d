/** Notes who did what. Every verb that changes something ends with it. */
import type { Actor } from '../../core/api/system.ts';
import type { Ports } from '../ports/ports.ts';

const DETAIL_LENGTH_MAX = 1_000;

export interface AuditedAction {
  /** `scenario.create`, `run.start`, ... */
  action: string;
  /** Id of what it was done to. */
  target: string;
  /** For people. */
  detail?: string;
}

export async function recordAudit(
  { audit, nowMs }: Pick<Ports, 'audit' | 'nowMs'>,
  actor: Actor,
  { action, target, detail }: AuditedAction,
): Promise<void> {
  await audit.append({ atMs: nowMs(), actor, action, target, detail: detail?.slice(0, DETAIL_LENGTH_MAX) ?? null });
}
