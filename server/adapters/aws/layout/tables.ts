/**
 * The tables of DynamoDB: their keys, indexes and what ends an item's life. The deployment and the tests create them from here, the stores in
 * `dynamodb/` are written against it. All keys are strings; all tables are billed per request.
 */
import type { EnvironmentSetting } from './environment.ts';

export interface TableIndex {
  name: string;
  partitionKey: string;
  sortKey: string;
  /** Attributes that the index holds beside all keys. */
  projected: readonly string[];
}

export interface TableDefinition {
  /** For people. */
  purpose: string;
  /** The setting that says a Lambda what the table is called. */
  setting: EnvironmentSetting;
  partitionKey: string;
  sortKey: string | null;
  indexes: readonly TableIndex[];
  /** Seconds since the epoch after which DynamoDB deletes the item, some day soon. */
  timeToLiveAttribute: string | null;
}

export const timeToLiveAttribute = 'expiresAtSeconds';

/** What a list of scenarios shows and looks for. */
const scenarioSummary = ['version', 'name', 'foldedName', 'tags', 'createdAtMs', 'updatedAtMs'] as const;

export const tables = {
  scenarios: {
    purpose: 'scenarios, one item each',
    setting: 'scenariosTable',
    partitionKey: 'id',
    sortKey: null,
    indexes: [
      { name: 'byName', partitionKey: 'listed', sortKey: 'namePosition', projected: scenarioSummary },
      { name: 'byCreation', partitionKey: 'listed', sortKey: 'createdPosition', projected: scenarioSummary },
      { name: 'byUpdate', partitionKey: 'listed', sortKey: 'updatedPosition', projected: scenarioSummary },
    ],
    timeToLiveAttribute: null,
  },
  runs: {
    purpose: 'runs, one item each',
    setting: 'runsTable',
    partitionKey: 'id',
    sortKey: null,
    indexes: [
      { name: 'byCreation', partitionKey: 'listed', sortKey: 'position', projected: [] },
      { name: 'byScenario', partitionKey: 'scenarioId', sortKey: 'position', projected: ['phase'] },
      { name: 'byPhase', partitionKey: 'phase', sortKey: 'position', projected: [] },
      // Holds the few runs alone that are not in a final phase: only these have the attribute.
      { name: 'unfinished', partitionKey: 'unfinished', sortKey: 'position', projected: [] },
    ],
    timeToLiveAttribute: null,
  },
  taskResults: {
    purpose: "results of runs' tasks, one item per task",
    setting: 'taskResultsTable',
    partitionKey: 'runId',
    sortKey: 'task',
    indexes: [],
    timeToLiveAttribute: null,
  },
  records: {
    purpose: 'what is small: audit, idempotency keys, users, API tokens, secrets, regions',
    setting: 'recordsTable',
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: [],
    timeToLiveAttribute,
  },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;
