import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { createStsTaskAccess } from '../../../adapters/aws/sts/task-access.ts';
import type { TaskAccess } from '../../../ports/task-access.ts';
import { stsClient } from './clients/sts.ts';
import { once } from './once.ts';

/** Credentials of tasks. */
export const taskAccess: () => TaskAccess = once(() => {
  const { bucket, taskAccessRoleArn } = readEnvironment(['bucket', 'taskAccessRoleArn']);
  return createStsTaskAccess({ client: stsClient(), roleArn: taskAccessRoleArn, bucket });
});
