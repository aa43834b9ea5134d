import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { onceEach } from '../once.ts';
import { traced } from '../tracing.ts';

/** One for each region that makes load. */
export const serviceQuotasClient = onceEach((region) => traced(new ServiceQuotasClient({ region })));
