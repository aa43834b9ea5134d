import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region, where the metrics of runs are. */
export const cloudWatchClient = once(() => traced(new CloudWatchClient({ region: mainRegion() })));
