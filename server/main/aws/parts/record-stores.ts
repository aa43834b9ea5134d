import { openRecordStores, type RecordStores } from '../../../adapters/aws/dynamodb/dynamo-stores.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { documentClient } from './clients/dynamodb.ts';
import { once } from './once.ts';

/** Audit, idempotency keys, users, tokens: for Lambdas that need no other stores. */
export const recordStores: () => RecordStores = once(() => {
  const { recordsTable } = readEnvironment(['recordsTable']);
  return openRecordStores({ client: documentClient(), table: recordsTable });
});
