/** Stores for tests: nothing outlives them. Rows are kept as JSON, so nobody shares memory with them. */
import type { z } from 'zod';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { finalPhases, type Run, runSchema } from '../../../core/run/run.ts';
import type { AuditStore } from '../../ports/audit.ts';
import type { IdempotencyStore } from '../../ports/idempotency.ts';
import { compareKeys } from '../../ports/object-key.ts';
import type { RunQueue } from '../../ports/run-queue.ts';
import type { SecretStore } from '../../ports/secrets.ts';
import type {
  RunStore,
  ScenarioListPage,
  ScenarioStore,
  ScenarioSummary,
  StoredScenario,
  TaskResult,
  TaskResultStore,
} from '../../ports/stores.ts';
import { checkIds, pageOf, readPage } from '../page.ts';
import {
  isScenarioWanted,
  readScenarioPage,
  type ScenarioPosition,
  scenarioPageOf,
  summaryOf,
} from '../scenario-page.ts';
import { checkRowToWrite, storedScenarioSchema, taskResultSchema } from '../stored-rows.ts';
import { createMemoryAuditStore } from './memory-audit-store.ts';
import { createMemoryIdempotencyStore } from './memory-idempotency-store.ts';
import { createMemoryIdentityStores, type IdentityStores } from './memory-identity-stores.ts';
import { createMemoryRunQueue } from './memory-run-queue.ts';
import { createMemorySecretStore } from './memory-secret-store.ts';

export interface MemoryStores extends IdentityStores {
  scenarios: ScenarioStore;
  runs: RunStore;
  taskResults: TaskResultStore;
  queue: RunQueue;
  audit: AuditStore;
  idempotency: IdempotencyStore;
  secrets: SecretStore;
}

/** `now`: epoch milliseconds, for the queue's visibility. */
export function createMemoryStores(options: { now?: () => number } = {}): MemoryStores {
  return {
    scenarios: createScenarioStore(),
    runs: createRunStore(),
    taskResults: createTaskResultStore(),
    queue: createMemoryRunQueue(options.now ?? Date.now),
    audit: createMemoryAuditStore(limits.auditEntriesMax),
    idempotency: createMemoryIdempotencyStore(),
    secrets: createMemorySecretStore(),
    ...createMemoryIdentityStores(),
  };
}

interface VersionedRow {
  id: string;
  version: number;
  createdAtMs: number;
}

class VersionedTable<Row extends VersionedRow> {
  readonly #documents = new Map<string, string>();
  readonly #schema: z.ZodType<Row>;
  readonly #what: string;

  constructor(schema: z.ZodType<Row>, what: string) {
    this.#schema = schema;
    this.#what = what;
  }

  create(row: Row): void {
    if (this.#documents.has(row.id)) throw new LoadstarError('conflict', `${this.#what} ${row.id} exists already`);
    this.#write(row);
  }

  get(id: string): Row | null {
    const document = this.#documents.get(id);
    return document === undefined ? null : this.#schema.parse(JSON.parse(document));
  }

  update(row: Row): void {
    const present = this.get(row.id);
    if (present === null) throw new LoadstarError('not_found', `${this.#what} ${row.id} is gone`);
    if (present.version !== row.version - 1) {
      throw new LoadstarError('conflict', `${this.#what} ${row.id} was changed meanwhile`);
    }
    this.#write(row);
  }

  list(page: { limit: number; cursor: string | null }, wanted: (row: Row) => boolean) {
    const { limit, after } = readPage(page);
    const rows = this.newestFirst().filter((row) => wanted(row) && (after === null || compareAges(row, after) < 0));
    return pageOf(rows, limit, (row) => row);
  }

  newestFirst(): Row[] {
    const rows = [...this.#documents.values()].map((document) => this.#schema.parse(JSON.parse(document)));
    return rows.toSorted((a, b) => compareAges(b, a));
  }

  delete(id: string): void {
    this.#documents.delete(id);
  }

  #write(row: Row): void {
    const checked = checkRowToWrite(this.#schema, row, `${this.#what} ${row.id}`);
    this.#documents.set(row.id, JSON.stringify(checked));
  }
}

type Age = Pick<VersionedRow, 'createdAtMs' | 'id'>;

function compareAges(a: Age, b: Age): number {
  return a.createdAtMs - b.createdAtMs || compareKeys(a.id, b.id);
}

function createScenarioStore(): ScenarioStore {
  const table = new VersionedTable<StoredScenario>(storedScenarioSchema, 'scenario');
  return {
    create: async (stored) => table.create(stored),
    get: async (id) => table.get(id),
    update: async (stored) => table.update(stored),
    list: async (page) => listScenarios(table.newestFirst(), page),
    async delete(id, version) {
      const present = table.get(id);
      if (present !== null && version !== undefined && present.version !== version) {
        throw new LoadstarError('conflict', `scenario ${id} was changed meanwhile`);
      }
      table.delete(id);
    },
  };
}

function listScenarios(rows: StoredScenario[], page: ScenarioListPage) {
  const { limit, key, isDescending, after } = readScenarioPage(page);
  const compare = (a: ScenarioPosition, b: ScenarioPosition) => {
    const byValue =
      typeof a.value === 'string' ? compareKeys(a.value, String(b.value)) : Number(a.value) - Number(b.value);
    return (byValue || compareKeys(a.id, b.id)) * (isDescending ? -1 : 1);
  };
  const positionOf = (row: ScenarioSummary) => ({ value: key(row), id: row.id });
  const wanted = rows
    .map(summaryOf)
    .filter((row) => isScenarioWanted(row, page) && (after === null || compare(positionOf(row), after) > 0));
  const sorted = wanted.toSorted((a, b) => compare(positionOf(a), positionOf(b)));
  return scenarioPageOf(sorted, limit, page.sort);
}

function createRunStore(): RunStore {
  const table = new VersionedTable<Run>(runSchema, 'run');
  return {
    create: async (run) => table.create(run),
    get: async (id) => table.get(id),
    update: async (run) => table.update(run),
    list: async (page) => {
      const { scenarioId, phase = null } = page;
      const wanted = (run: Run) =>
        (scenarioId === null || run.scenarioId === scenarioId) && (phase === null || run.phase === phase);
      return table.list(page, wanted);
    },
    listUnfinished: async () =>
      table
        .newestFirst()
        .filter((run) => !finalPhases.has(run.phase))
        .reverse(),
    async newestOf(scenarioIds, count) {
      checkIds(scenarioIds);
      const newest = new Map<string, Run[]>();
      for (const run of table.newestFirst()) {
        const runs = newest.get(run.scenarioId) ?? [];
        if (!scenarioIds.includes(run.scenarioId) || runs.length === count) continue;
        newest.set(run.scenarioId, [...runs, run]);
      }
      return newest;
    },
    delete: async (id) => table.delete(id),
  };
}

function createTaskResultStore(): TaskResultStore {
  const runs = new Map<string, Map<string, string>>();
  return {
    async put(runId, result) {
      const checked = checkRowToWrite(taskResultSchema, result, `the result of task ${result.task} of run ${runId}`);
      const results = runs.get(runId) ?? new Map<string, string>();
      runs.set(runId, results.set(`${result.region}/${result.task}`, JSON.stringify(checked)));
    },
    async list(runId) {
      const results = [...(runs.get(runId)?.values() ?? [])].map((document) => JSON.parse(document) as TaskResult);
      return results.toSorted((a, b) => compareKeys(a.region, b.region) || a.task - b.task);
    },
    async deleteOfRun(runId) {
      runs.delete(runId);
    },
  };
}
