import { SFNClient } from '@aws-sdk/client-sfn';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region. */
export const stepFunctionsClient = once(() => traced(new SFNClient({ region: mainRegion() })));
