import { createEcsLauncher } from '../../../adapters/aws/ecs/ecs-launcher.ts';
import { createLastWords } from '../../../adapters/aws/ecs/last-words.ts';
import type { Launcher } from '../../../ports/launcher.ts';
import { cloudWatchLogsClient } from './clients/cloudwatch-logs.ts';
import { ecsAccess } from './ecs-access.ts';
import { log } from './log.ts';
import { once } from './once.ts';

/** Tasks on Fargate, in all regions that are registered. */
export const launcher: () => Launcher = once(() =>
  createEcsLauncher({ ...ecsAccess(), lastWords: createLastWords(cloudWatchLogsClient), log }),
);
