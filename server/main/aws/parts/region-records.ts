import { openTable } from '../../../adapters/aws/dynamodb/dynamo-table.ts';
import { createRegionRecords, type RegionRecords } from '../../../adapters/aws/ecs/region-records.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { documentClient } from './clients/dynamodb.ts';
import { once } from './once.ts';

/** The regions that make load. */
export const regionRecords: () => RegionRecords = once(() => {
  const { recordsTable } = readEnvironment(['recordsTable']);
  return createRegionRecords(openTable(documentClient(), recordsTable), Date.now);
});
