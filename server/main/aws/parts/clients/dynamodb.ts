import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region. */
export const documentClient = once(() =>
  DynamoDBDocumentClient.from(traced(new DynamoDBClient({ region: mainRegion() })), {
    marshallOptions: { removeUndefinedValues: true },
  }),
);
