import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Throttling passes: the last of them comes some 3 s after the first. */
const ATTEMPTS_MAX = 6;

/** Of the main region. */
export const documentClient = once(() =>
  DynamoDBDocumentClient.from(traced(new DynamoDBClient({ region: mainRegion(), maxAttempts: ATTEMPTS_MAX })), {
    marshallOptions: { removeUndefinedValues: true },
  }),
);
