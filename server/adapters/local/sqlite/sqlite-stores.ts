/** Everything the control plane remembers on a laptop: one SQLite file. */
import { dirname, join } from 'node:path';
import { limits } from '../../../../core/limits.ts';
import type { ApiTokenStore } from '../../../ports/api-tokens.ts';
import type { AuditStore } from '../../../ports/audit.ts';
import type { IdempotencyStore } from '../../../ports/idempotency.ts';
import type { IdentityRecordStore } from '../../../ports/identity-records.ts';
import type { RunQueue } from '../../../ports/run-queue.ts';
import type { SecretStore } from '../../../ports/secrets.ts';
import type { RunStore, ScenarioStore, TaskResultStore } from '../../../ports/stores.ts';
import type { SignInLinkStore, UserStore } from '../../../ports/users.ts';
import { openSigningKey } from '../signing-key.ts';
import { createApiTokenStore } from './api-token-store.ts';
import { createAuditStore } from './audit-store.ts';
import { createIdempotencyStore } from './idempotency-store.ts';
import { createIdentityRecordStore } from './identity-record-store.ts';
import { openDatabase } from './open-database.ts';
import { createRunQueue } from './run-queue.ts';
import { createRunStore } from './run-store.ts';
import { createScenarioStore } from './scenario-store.ts';
import { createSecretStore } from './secret-store.ts';
import { createTaskResultStore } from './task-result-store.ts';
import { createSignInLinkStore, createUserStore } from './user-store.ts';

export interface SqliteStores {
  scenarios: ScenarioStore;
  runs: RunStore;
  taskResults: TaskResultStore;
  queue: RunQueue;
  audit: AuditStore;
  idempotency: IdempotencyStore;
  users: UserStore;
  signInLinks: SignInLinkStore;
  apiTokens: ApiTokenStore;
  identityRecords: IdentityRecordStore;
  secrets: SecretStore;
  close(): void;
}

/** `now`: epoch milliseconds, for the queue's visibility. Throws `store_failed` with the path. */
export function openSqliteStores(path: string, options: { now?: () => number } = {}): SqliteStores {
  const now = options.now ?? Date.now;
  const database = openDatabase(path, now());
  return {
    scenarios: createScenarioStore(database),
    runs: createRunStore(database),
    taskResults: createTaskResultStore(database),
    queue: createRunQueue(database, now),
    audit: createAuditStore(database, limits.auditEntriesMax),
    idempotency: createIdempotencyStore(database),
    users: createUserStore(database),
    signInLinks: createSignInLinkStore(database),
    apiTokens: createApiTokenStore(database),
    identityRecords: createIdentityRecordStore(database),
    secrets: createSecretStore(database, () => openSigningKey(join(dirname(path), 'secrets-key'))),
    close: () => database.close(),
  };
}
