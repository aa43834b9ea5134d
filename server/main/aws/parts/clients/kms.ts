import { KMSClient } from '@aws-sdk/client-kms';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region. */
export const kmsClient = once(() => traced(new KMSClient({ region: mainRegion() })));
