import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { onceEach } from '../once.ts';
import { traced } from '../tracing.ts';

/** One for each region that makes load: their tasks log there. */
export const cloudWatchLogsClient = onceEach((region) => traced(new CloudWatchLogsClient({ region })));
