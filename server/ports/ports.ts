/** All that the control plane needs from outside. A verb asks for what it uses: `Pick<Ports, 'runs' | 'objects'>`. */
import type { ApiTokenStore } from './api-tokens.ts';
import type { AuditStore } from './audit.ts';
import type { Driver } from './driver.ts';
import type { IdempotencyStore } from './idempotency.ts';
import type { IdentityRecordStore } from './identity-records.ts';
import type { Launcher } from './launcher.ts';
import type { Log } from './log.ts';
import type { ObjectStore } from './object-store.ts';
import type { RunFolderAccess } from './run-folder-access.ts';
import type { RunMetrics } from './run-metrics.ts';
import type { RunQueue } from './run-queue.ts';
import type { SecretStore } from './secrets.ts';
import type { RunStore, ScenarioStore, TaskResultStore } from './stores.ts';
import type { TaskAccess } from './task-access.ts';
import type { TaskLogs } from './task-logs.ts';
import type { TaskOffers } from './task-offers.ts';
import type { SignInLinkStore, UserStore } from './users.ts';

export interface Ports {
  scenarios: ScenarioStore;
  runs: RunStore;
  taskResults: TaskResultStore;
  queue: RunQueue;
  objects: ObjectStore;
  launcher: Launcher;
  driver: Driver;
  taskLogs: TaskLogs;
  audit: AuditStore;
  idempotency: IdempotencyStore;
  users: UserStore;
  signInLinks: SignInLinkStore;
  apiTokens: ApiTokenStore;
  identityRecords: IdentityRecordStore;
  secrets: SecretStore;
  /** Where a run's tasks find its folder: `file:///.../runs/<runId>/`, `s3://<bucket>/runs/<runId>/?region=...`. */
  runFolderUrl(runId: string): string;
  /** Only where tasks can reach their run folder over HTTP. */
  runFolderAccess?: RunFolderAccess;
  /** Only where tasks reach their run folder in an object store of the platform. */
  taskAccess?: TaskAccess;
  /** Only where tasks cost money. */
  taskOffers?: TaskOffers;
  /** Only where others watch runs beside us. */
  runMetrics?: RunMetrics;
  /** Epoch milliseconds. */
  nowMs(): number;
  log: Log;
}
