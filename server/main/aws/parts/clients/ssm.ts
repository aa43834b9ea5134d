import { SSMClient } from '@aws-sdk/client-ssm';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region. */
export const ssmClient = once(() => traced(new SSMClient({ region: mainRegion() })));
