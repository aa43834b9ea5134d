import { ECSClient } from '@aws-sdk/client-ecs';
import { onceEach } from '../once.ts';
import { traced } from '../tracing.ts';

/** One for each region that makes load. */
export const ecsClient = onceEach((region) => traced(new ECSClient({ region })));
