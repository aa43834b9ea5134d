/** The tables, as the deployment makes them, in an emulator. */
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type TableDefinition, type TableName, tables } from '../layout/tables.ts';

/** Creates all four, with names that begin with `prefix`, and says what they are called. */
export async function createTables(client: DynamoDBClient, prefix: string): Promise<Record<TableName, string>> {
  const names = Object.keys(tables).map((table) => [table, `${prefix}-${table}`] as const);
  await Promise.all(names.map(([table, name]) => client.send(creationOf(name, tables[table as TableName]))));
  return Object.fromEntries(names) as Record<TableName, string>;
}

function creationOf(name: string, table: TableDefinition): CreateTableCommand {
  const keys = [
    table.partitionKey,
    table.sortKey,
    ...table.indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ];
  const attributes = [...new Set(keys.filter((key) => key !== null))];
  return new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keySchema(table.partitionKey, table.sortKey),
    ...(table.indexes.length > 0 && {
      GlobalSecondaryIndexes: table.indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection:
          index.projected.length === 0
            ? { ProjectionType: 'KEYS_ONLY' as const }
            : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.projected] },
      })),
    }),
  });
}

function keySchema(partitionKey: string, sortKey: string | null) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    ...(sortKey === null ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
  ];
}
