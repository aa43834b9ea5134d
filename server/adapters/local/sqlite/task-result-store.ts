/** Task results in the table `task_results`. */
import type { TaskResultStore } from '../../../ports/stores.ts';
import { checkRowToWrite, taskResultSchema } from '../../stored-rows.ts';
import type { Database } from './database.ts';

export function createTaskResultStore(database: Database): TaskResultStore {
  return {
    async put(runId, result) {
      const what = `the result of task ${result.task} of region ${result.region} of run ${runId}`;
      database.change(
        'INSERT OR REPLACE INTO task_results (run_id, region, task, document) VALUES (?, ?, ?, ?)',
        runId,
        result.region,
        result.task,
        JSON.stringify(checkRowToWrite(taskResultSchema, result, what)),
      );
    },

    async list(runId) {
      const rows = database.rows(
        'SELECT region, task, document FROM task_results WHERE run_id = ? ORDER BY region, task',
        runId,
      );
      return rows.map((row) => {
        const what = `the result of task ${row.task} of region ${row.region} of run ${runId}`;
        return database.readDocument(taskResultSchema, row, what);
      });
    },

    async deleteOfRun(runId) {
      database.change('DELETE FROM task_results WHERE run_id = ?', runId);
    },
  };
}
