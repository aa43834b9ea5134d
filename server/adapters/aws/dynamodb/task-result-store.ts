/** Results of tasks, in the table of that name: all of a run's below its id, by region, then task. Lists are of the newest state. */
import type { TaskResult, TaskResultStore } from '../../../ports/stores.ts';
import { checkRowToWrite, taskResultSchema } from '../../stored-rows.ts';
import type { Documents } from './documents.ts';
import { type DynamoTable, type Item, isPossibleKey, type Key } from './dynamo-table.ts';
import { type RowReading, readRows } from './row-documents.ts';

/** Sorts below every character that the name of a region may have, so that `eu` comes before `eu-2`. */
const SEPARATOR = '#';
const TASK_DIGITS = 6;

export function createTaskResultStore(table: DynamoTable, documents: Documents): TaskResultStore {
  const reading: RowReading<TaskResult> = {
    schema: taskResultSchema,
    documents,
    nameOf: ({ runId, task }) => `the result of task ${task} of run ${runId}`,
    again: (item) => table.get(keyOf(item)),
  };
  return {
    async put(runId, result) {
      const checked = checkRowToWrite(taskResultSchema, result, `the result of task ${result.task} of run ${runId}`);
      const task = `${checked.region}${SEPARATOR}${String(checked.task).padStart(TASK_DIGITS, '0')}`;
      const item: Item = { runId, task, ...(await documents.write(runId, checked)) };
      const written = await table.put(item);
      // What it replaced is its own when the answer to an earlier try was lost, and the try was not.
      if ('before' in written && written.before?.objectKey !== item.objectKey) await documents.discard(written.before);
    },

    async list(runId) {
      if (!isPossibleKey(runId)) return [];
      const items: Item[] = [];
      for await (const item of table.query(ofRun(runId))) items.push(item);
      return readRows(items, reading);
    },

    async deleteOfRun(runId) {
      if (!isPossibleKey(runId)) return;
      const keys: Key[] = [];
      const where = { ...ofRun(runId), ProjectionExpression: 'runId, task, objectKey' };
      for await (const item of table.query(where)) {
        await documents.discard(item);
        keys.push(keyOf(item));
      }
      await table.deleteMany(keys);
    },
  };
}

function ofRun(runId: string) {
  return {
    KeyConditionExpression: 'runId = :runId',
    ExpressionAttributeValues: { ':runId': runId },
    ConsistentRead: true,
  };
}

function keyOf({ runId, task }: Item): Key {
  return { runId: String(runId), task: String(task) };
}
