/** Who did what. */
import type { Actor } from '../../core/api/system.ts';

export interface AuditEvent {
  atMs: number;
  actor: Actor;
  /** `scenario.create`, `run.start`, ... */
  action: string;
  /** Id of what it was done to. */
  target: string;
  /** For people. */
  detail: string | null;
}

export interface AuditRecord extends AuditEvent {
  /** Given by the store. */
  id: string;
}

/**
 * Records can be added and read, never changed. All calls may be made concurrently and from several processes; a record that was
 * appended is there after a crash. The oldest ones go when there are more than `limits.auditEntriesMax`.
 */
export interface AuditStore {
  append(event: AuditEvent): Promise<void>;
  /** In the reverse order of appending. Throws `option_invalid` for a cursor that no page has answered. */
  list(page: { limit: number; cursor: string | null }): Promise<{ items: AuditRecord[]; nextCursor: string | null }>;
}
