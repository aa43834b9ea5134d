import { STSClient } from '@aws-sdk/client-sts';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region. */
export const stsClient = once(() => traced(new STSClient({ region: mainRegion() })));
