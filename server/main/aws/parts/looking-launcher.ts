import { setTimeout as sleep } from 'node:timers/promises';
import { createLookingLauncher } from '../../../adapters/aws/ecs/ecs-view.ts';
import { createLastWords } from '../../../adapters/aws/ecs/last-words.ts';
import type { Launcher } from '../../../ports/launcher.ts';
import { cloudWatchLogsClient } from './clients/cloudwatch-logs.ts';
import { ecsClient } from './clients/ecs.ts';
import { serviceQuotasClient } from './clients/service-quotas.ts';
import { log } from './log.ts';
import { once } from './once.ts';
import { regionRecords } from './region-records.ts';

/** Room and tasks in all regions that are registered; starts and ends nothing. */
export const lookingLauncher: () => Launcher = once(() =>
  createLookingLauncher({
    records: regionRecords(),
    ecsOf: ecsClient,
    quotasOf: serviceQuotasClient,
    lastWords: createLastWords(cloudWatchLogsClient),
    clock: { nowMs: Date.now, sleep },
    log,
  }),
);
