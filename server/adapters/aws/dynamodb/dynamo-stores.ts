/** Everything the control plane remembers on AWS: four tables, and objects for what is too large for their items. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { limits } from '../../../../core/limits.ts';
import type { ApiTokenStore } from '../../../ports/api-tokens.ts';
import type { AuditStore } from '../../../ports/audit.ts';
import type { IdempotencyStore } from '../../../ports/idempotency.ts';
import type { IdentityRecordStore } from '../../../ports/identity-records.ts';
import type { ObjectStore } from '../../../ports/object-store.ts';
import type { RunStore, ScenarioStore, TaskResultStore } from '../../../ports/stores.ts';
import type { SignInLinkStore, UserStore } from '../../../ports/users.ts';
import type { TableName } from '../layout/tables.ts';
import { createApiTokenStore } from './api-token-store.ts';
import { createAuditStore } from './audit-store.ts';
import { createDocuments } from './documents.ts';
import { openTable } from './dynamo-table.ts';
import { createIdempotencyStore } from './idempotency-store.ts';
import { createIdentityRecordStore } from './identity-record-store.ts';
import { openRecords } from './indexed-records.ts';
import { createRunStore } from './run-store.ts';
import { createScenarioStore } from './scenario-store.ts';
import { createTaskResultStore } from './task-result-store.ts';
import { createSignInLinkStore, createUserStore } from './user-store.ts';

export interface RecordStores {
  audit: AuditStore;
  idempotency: IdempotencyStore;
  users: UserStore;
  signInLinks: SignInLinkStore;
  apiTokens: ApiTokenStore;
  identityRecords: IdentityRecordStore;
}

export interface DynamoStores extends RecordStores {
  scenarios: ScenarioStore;
  runs: RunStore;
  taskResults: TaskResultStore;
}

/** `tables`: their names. The client tries again what is throttled or fails in passing; nothing is asked of the tables before a store is used. */
export function openDynamoStores(options: {
  client: DynamoDBDocumentClient;
  tables: Readonly<Record<TableName, string>>;
  objects: ObjectStore;
  /** Records of the audit that are kept; default: `limits.auditEntriesMax`. */
  auditEntriesMax?: number;
}): DynamoStores {
  const { client, tables, objects } = options;
  const documents = (folder: string) => createDocuments(objects, folder);
  return {
    scenarios: createScenarioStore(openTable(client, tables.scenarios), documents('scenarios')),
    runs: createRunStore(openTable(client, tables.runs), documents('runs')),
    taskResults: createTaskResultStore(openTable(client, tables.taskResults), documents('task-results')),
    ...openRecordStores({ client, table: tables.records, auditEntriesMax: options.auditEntriesMax }),
  };
}

/** Those in the table `records` alone: they need no objects. */
export function openRecordStores(options: {
  client: DynamoDBDocumentClient;
  table: string;
  auditEntriesMax?: number | undefined;
}): RecordStores {
  const table = openTable(options.client, options.table);
  const records = openRecords(table);
  return {
    audit: createAuditStore(table, options.auditEntriesMax ?? limits.auditEntriesMax),
    idempotency: createIdempotencyStore(table),
    users: createUserStore(records),
    signInLinks: createSignInLinkStore(records),
    apiTokens: createApiTokenStore(table, records),
    identityRecords: createIdentityRecordStore(table, records),
  };
}
