import { createLookingLauncher } from '../../../adapters/aws/ecs/ecs-view.ts';
import { createLastWords } from '../../../adapters/aws/ecs/last-words.ts';
import type { Launcher } from '../../../ports/launcher.ts';
import { cloudWatchLogsClient } from './clients/cloudwatch-logs.ts';
import { ecsAccess } from './ecs-access.ts';
import { log } from './log.ts';
import { once } from './once.ts';

/** Room and tasks in all regions that are registered; starts and ends nothing. */
export const lookingLauncher: () => Launcher = once(() =>
  createLookingLauncher({ ...ecsAccess(), lastWords: createLastWords(cloudWatchLogsClient), log }),
);
