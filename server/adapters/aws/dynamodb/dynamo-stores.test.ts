import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe } from 'vitest';
import { startDynamoDbLocal } from '../../../../tools/emulators/dynamodb-local.ts';
import { emulatorCredentials, emulatorRegion } from '../../../../tools/emulators/emulator.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { auditStoreContract } from '../../../ports/audit.contract.ts';
import { idempotencyStoreContract } from '../../../ports/idempotency.contract.ts';
import { identityStoresContract } from '../../../ports/identity.contract.ts';
import { storesContract } from '../../../ports/stores.contract.ts';
import { createMemoryObjectStore } from '../../memory/memory-object-store.ts';
import { createTables } from '../testing/create-tables.ts';
import { openDynamoStores } from './dynamo-stores.ts';

describe('on DynamoDB Local', () => {
  const dynamoDb = useEmulator('dynamodb-local', startDynamoDbLocal);
  let opened = 0;

  /** Stores in tables of their own. */
  async function open(options: { auditEntriesMax?: number } = {}) {
    const client = new DynamoDBClient({
      endpoint: dynamoDb.url,
      region: emulatorRegion,
      credentials: emulatorCredentials,
    });
    const tables = await createTables(client, `test-${++opened}`);
    const objects = createMemoryObjectStore();
    const stores = openDynamoStores({ client: DynamoDBDocumentClient.from(client), tables, objects, ...options });
    const close = async () => client.destroy();
    return { stores, tables, objects, client, close };
  }

  storesContract('DynamoDB', open);
  identityStoresContract('DynamoDB', open);
  idempotencyStoreContract('DynamoDB', async () => {
    const { stores, close } = await open();
    return { idempotency: stores.idempotency, close };
  });
  auditStoreContract('DynamoDB', async ({ entriesMax }) => {
    const { stores, close } = await open({ auditEntriesMax: entriesMax });
    return { audit: stores.audit, close };
  });
});
