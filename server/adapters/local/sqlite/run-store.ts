/** Runs in the table `runs`. */
import { finalPhases, type Run, runSchema } from '../../../../core/run/run.ts';
import type { RunStore } from '../../../ports/stores.ts';
import { checkIds, pageOf, readPage } from '../../page.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { Database } from './database.ts';
import { insertRow, refuseUpdate, startOf } from './versioned-table.ts';

type Row = Record<string, unknown>;

/** For each scenario a few steps along its index, however many runs it has. */
const NEWEST_OF = `
  SELECT found.id, found.document FROM (SELECT DISTINCT value FROM json_each(?)) AS wanted
  CROSS JOIN runs AS found ON found.id IN (
    SELECT id FROM runs WHERE scenario_id = wanted.value ORDER BY created_at_ms DESC, id DESC LIMIT ?
  )
  ORDER BY found.created_at_ms DESC, found.id DESC`;

export function createRunStore(database: Database): RunStore {
  const read = (row: Row) => readRun(database, row);

  return {
    async create(run) {
      const document = toDocument(run);
      insertRow(`run ${run.id}`, () =>
        database.change(
          `INSERT INTO runs (id, version, scenario_id, phase, unfinished, created_at_ms, document)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          run.id,
          run.version,
          run.scenarioId,
          run.phase,
          isUnfinished(run),
          run.createdAtMs,
          document,
        ),
      );
    },

    async get(id) {
      const [row] = database.rows('SELECT id, document FROM runs WHERE id = ?', id);
      return row === undefined ? null : read(row);
    },

    async update(run) {
      const changed = database.change(
        `UPDATE runs SET version = ?, scenario_id = ?, phase = ?, unfinished = ?, created_at_ms = ?, document = ?
         WHERE id = ? AND version = ?`,
        run.version,
        run.scenarioId,
        run.phase,
        isUnfinished(run),
        run.createdAtMs,
        toDocument(run),
        run.id,
        run.version - 1,
      );
      if (changed === 0) refuseUpdate(database, 'runs', `run ${run.id}`, run);
    },

    list: async (page) => listRuns(database, page),

    async listUnfinished() {
      return database.rows('SELECT id, document FROM runs WHERE unfinished = 1 ORDER BY created_at_ms, id').map(read);
    },

    async newestOf(scenarioIds, count) {
      checkIds(scenarioIds);
      const rows = database.rows(NEWEST_OF, JSON.stringify(scenarioIds), count);
      return Map.groupBy(rows.map(read), ({ scenarioId }) => scenarioId);
    },

    async delete(id) {
      database.change('DELETE FROM runs WHERE id = ?', id);
    },
  };
}

function listRuns(database: Database, page: Parameters<RunStore['list']>[0]) {
  const { limit, after } = readPage(page);
  const start = startOf(after);
  const { scenarioId, phase = null } = page;
  const ofScenario = scenarioId === null ? '' : 'scenario_id = ? AND';
  const inPhase = phase === null ? '' : 'phase = ? AND';
  const rows = database.rows(
    `SELECT id, document FROM runs WHERE ${ofScenario} ${inPhase} (created_at_ms, id) < (?, ?)
     ORDER BY created_at_ms DESC, id DESC LIMIT ?`,
    ...[scenarioId, phase].filter((value) => value !== null),
    start.createdAtMs,
    start.id,
    limit + 1,
  );
  return pageOf(
    rows.map((row) => readRun(database, row)),
    limit,
    (run) => run,
  );
}

function readRun(database: Database, row: Row): Run {
  return database.readDocument(runSchema, { document: String(row.document) }, `run ${row.id}`);
}

function isUnfinished(run: Run): number {
  return finalPhases.has(run.phase) ? 0 : 1;
}

function toDocument(run: Run): string {
  return JSON.stringify(checkRowToWrite(runSchema, run, `run ${run.id}`));
}
