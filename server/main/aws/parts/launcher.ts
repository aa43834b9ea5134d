import { setTimeout as sleep } from 'node:timers/promises';
import { createEcsLauncher } from '../../../adapters/aws/ecs/ecs-launcher.ts';
import { createLastWords } from '../../../adapters/aws/ecs/last-words.ts';
import type { Launcher } from '../../../ports/launcher.ts';
import { cloudWatchLogsClient } from './clients/cloudwatch-logs.ts';
import { ecsClient } from './clients/ecs.ts';
import { serviceQuotasClient } from './clients/service-quotas.ts';
import { log } from './log.ts';
import { once } from './once.ts';
import { regionRecords } from './region-records.ts';

/** Tasks on Fargate, in all regions that are registered. */
export const launcher: () => Launcher = once(() =>
  createEcsLauncher({
    records: regionRecords(),
    ecsOf: ecsClient,
    quotasOf: serviceQuotasClient,
    lastWords: createLastWords(cloudWatchLogsClient),
    clock: { nowMs: Date.now, sleep },
    log,
  }),
);
