import { SQSClient } from '@aws-sdk/client-sqs';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region. */
export const sqsClient = once(() => traced(new SQSClient({ region: mainRegion() })));
