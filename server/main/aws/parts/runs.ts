import { createDocuments } from '../../../adapters/aws/dynamodb/documents.ts';
import { openTable } from '../../../adapters/aws/dynamodb/dynamo-table.ts';
import { createRunStore } from '../../../adapters/aws/dynamodb/run-store.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import type { RunStore } from '../../../ports/stores.ts';
import { documentClient } from './clients/dynamodb.ts';
import { objects } from './objects.ts';
import { once } from './once.ts';

/** The rows of runs: for Lambdas that need no other stores. */
export const runs: () => RunStore = once(() => {
  const { runsTable } = readEnvironment(['runsTable']);
  return createRunStore(openTable(documentClient(), runsTable), createDocuments(objects(), 'runs'));
});
