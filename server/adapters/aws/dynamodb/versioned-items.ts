/** Rows with a version, one item each: created once, replaced from the version that was read. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { LoadstarError } from '../../../../core/errors.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { DocumentAttributes, Documents } from './documents.ts';
import { type Condition, type DynamoTable, type Item, isPossibleKey, type Refusal } from './dynamo-table.ts';
import { type RowReading, readRow, readRows } from './row-documents.ts';

interface VersionedRow {
  id: string;
  version: number;
}

export interface VersionedItems<Row extends VersionedRow> {
  create(row: Row): Promise<void>;
  get(id: string): Promise<Row | null>;
  /** In the order of the ids, without those that there are not. */
  getMany(ids: readonly string[]): Promise<Row[]>;
  update(row: Row): Promise<void>;
  /** With a version: throws `conflict` when the row has another. */
  delete(id: string, version?: number): Promise<void>;
}

/** `indexed`: the attributes by which lists find the row. `what`: `run`, for errors. */
export function createVersionedItems<Row extends VersionedRow>(options: {
  table: DynamoTable;
  documents: Documents;
  schema: z.ZodType<Row>;
  what: string;
  indexed(row: Row): Item;
}): VersionedItems<Row> {
  const { table, documents, schema, what, indexed } = options;
  const reading: RowReading<Row> = {
    schema,
    documents,
    nameOf: ({ id }) => `${what} ${id}`,
    again: ({ id }) => table.get({ id: String(id) }),
  };

  /** Null, or what refused it. */
  const write = async (row: Row, condition: Condition): Promise<Refusal | null> => {
    const checked = checkRowToWrite(schema, row, `${what} ${row.id}`);
    const { id, version } = checked;
    const stamp = randomUUID();
    const document: DocumentAttributes = await documents.write(id, checked);
    const written = await table.put({ id, version, stamp, ...indexed(checked), ...document }, condition);
    if ('before' in written) {
      await documents.discard(written.before);
      return null;
    }
    // The answer to an earlier try was lost, and the try was not.
    if (written.refusedBy?.stamp?.S === stamp) return null;
    await documents.discard(document);
    return written;
  };

  return {
    async create(row) {
      const refusal = await write(row, { ConditionExpression: 'attribute_not_exists(id)' });
      if (refusal !== null) throw new LoadstarError('conflict', `${what} ${row.id} exists already`);
    },

    async get(id) {
      return isPossibleKey(id) ? readRow(await table.get({ id }), reading) : null;
    },

    async getMany(ids) {
      const found = await table.getMany(ids.map((id) => ({ id })));
      const items = new Map(found.map((item) => [item.id, item]));
      return readRows(
        ids.map((id) => items.get(id)).filter((item) => item !== undefined),
        reading,
      );
    },

    async update(row) {
      const refusal = await write(row, {
        ConditionExpression: 'version = :before',
        ExpressionAttributeValues: { ':before': row.version - 1 },
      });
      if (refusal === null) return;
      if (refusal.refusedBy === null) throw new LoadstarError('not_found', `${what} ${row.id} is gone`);
      throw changedMeanwhile(what, row.id, refusal);
    },

    async delete(id, version) {
      if (!isPossibleKey(id)) return;
      const condition = {
        ConditionExpression: 'attribute_not_exists(id) OR version = :version',
        ExpressionAttributeValues: { ':version': version },
      };
      const deleted = await table.delete({ id }, version === undefined ? undefined : condition);
      if ('refusedBy' in deleted) throw changedMeanwhile(what, id, deleted);
      await documents.discard(deleted.before);
    },
  };
}

function changedMeanwhile(what: string, id: string, { refusedBy }: Refusal): LoadstarError {
  return new LoadstarError(
    'conflict',
    `${what} ${id} was changed meanwhile: it is at version ${refusedBy?.version?.N ?? 'another'}`,
  );
}
