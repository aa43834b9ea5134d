/** Scenarios in the table `scenarios`, their tags in `scenario_tags`. */
import { LoadstarError } from '../../../../core/errors.ts';
import type {
  ScenarioListPage,
  ScenarioSort,
  ScenarioStore,
  ScenarioSummary,
  StoredScenario,
} from '../../../ports/stores.ts';
import { foldName, readScenarioPage, scenarioPageOf } from '../../scenario-page.ts';
import { checkRowToWrite, storedScenarioSchema } from '../../stored-rows.ts';
import type { Database } from './database.ts';
import { insertRow, refuseUpdate } from './versioned-table.ts';

type Row = Record<string, unknown>;

const columns: Readonly<Record<ScenarioSort, string>> = {
  name: 'sort_name',
  '-name': 'sort_name',
  createdAt: 'created_at_ms',
  '-createdAt': 'created_at_ms',
  updatedAt: 'updated_at_ms',
  '-updatedAt': 'updated_at_ms',
};

export function createScenarioStore(database: Database): ScenarioStore {
  return {
    async create(stored) {
      const document = toDocument(stored);
      database.transaction(() => {
        insertRow(`scenario ${stored.id}`, () =>
          database.change(
            `INSERT INTO scenarios (version, name, sort_name, tags, created_at_ms, updated_at_ms, document, id)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
            ...valuesOf(stored, document),
            stored.id,
          ),
        );
        writeTags(database, stored);
      });
    },

    async get(id) {
      const [row] = database.rows('SELECT id, document FROM scenarios WHERE id = ?', id);
      return row === undefined ? null : database.readDocument(storedScenarioSchema, row, `scenario ${row.id}`);
    },

    async update(stored) {
      const document = toDocument(stored);
      database.transaction(() => {
        const changed = database.change(
          `UPDATE scenarios SET version = ?, name = ?, sort_name = ?, tags = ?, created_at_ms = ?, updated_at_ms = ?, document = ?
           WHERE id = ? AND version = ?`,
          ...valuesOf(stored, document),
          stored.id,
          stored.version - 1,
        );
        if (changed === 0) refuseUpdate(database, 'scenarios', `scenario ${stored.id}`, stored);
        database.change('DELETE FROM scenario_tags WHERE scenario_id = ?', stored.id);
        writeTags(database, stored);
      });
    },

    list: async (page) => listScenarios(database, page),

    async delete(id, version) {
      database.transaction(() => {
        const [present] = database.rows('SELECT version FROM scenarios WHERE id = ?', id);
        if (present !== undefined && version !== undefined && present.version !== version) {
          throw new LoadstarError(
            'conflict',
            `scenario ${id} was changed meanwhile: it is at version ${present.version}`,
          );
        }
        database.change('DELETE FROM scenarios WHERE id = ?', id);
      });
    },
  };
}

function listScenarios(database: Database, page: ScenarioListPage) {
  const { limit, isDescending, after } = readScenarioPage(page);
  const column = columns[page.sort];
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  if (after !== null) {
    conditions.push(`(${column}, id) ${isDescending ? '<' : '>'} (?, ?)`);
    values.push(after.value, after.id);
  }
  if (page.search !== null) {
    conditions.push('instr(sort_name, ?) > 0');
    values.push(foldName(page.search));
  }
  for (const tag of page.tags) {
    conditions.push('EXISTS (SELECT 1 FROM scenario_tags WHERE scenario_id = scenarios.id AND tag = ?)');
    values.push(tag);
  }
  const direction = isDescending ? 'DESC' : 'ASC';
  // The documents, which may be large, are not looked at.
  const rows = database.rows(
    `SELECT id, version, name, tags, created_at_ms, updated_at_ms FROM scenarios
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY ${column} ${direction}, id ${direction} LIMIT ?`,
    ...values,
    limit + 1,
  );
  return scenarioPageOf(rows.map(readSummary), limit, page.sort);
}

/** In the order of the columns after the id. */
function valuesOf({ version, scenario, createdAtMs, updatedAtMs }: StoredScenario, document: string) {
  const { name, tags } = scenario;
  return [version, name, foldName(name), JSON.stringify(tags), createdAtMs, updatedAtMs, document] as const;
}

function writeTags(database: Database, { id, scenario }: StoredScenario): void {
  for (const tag of new Set(scenario.tags)) {
    database.change('INSERT INTO scenario_tags (scenario_id, tag) VALUES (?, ?)', id, tag);
  }
}

function readSummary(row: Row): ScenarioSummary {
  return {
    id: String(row.id),
    version: Number(row.version),
    name: String(row.name),
    tags: JSON.parse(String(row.tags)) as string[],
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}

function toDocument(stored: StoredScenario): string {
  return JSON.stringify(checkRowToWrite(storedScenarioSchema, stored, `scenario ${stored.id}`));
}
