import { type DynamoStores, openDynamoStores } from '../../../adapters/aws/dynamodb/dynamo-stores.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { documentClient } from './clients/dynamodb.ts';
import { objects } from './objects.ts';
import { once } from './once.ts';

/** All that the control plane remembers. */
export const stores: () => DynamoStores = once(() => {
  const names = readEnvironment(['scenariosTable', 'runsTable', 'taskResultsTable', 'recordsTable']);
  return openDynamoStores({
    client: documentClient(),
    tables: {
      scenarios: names.scenariosTable,
      runs: names.runsTable,
      taskResults: names.taskResultsTable,
      records: names.recordsTable,
    },
    objects: objects(),
  });
});
