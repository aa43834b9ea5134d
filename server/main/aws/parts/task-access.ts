import { NONE, readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { createStsTaskAccess } from '../../../adapters/aws/sts/task-access.ts';
import type { TaskAccess } from '../../../ports/task-access.ts';
import { stsClient } from './clients/sts.ts';
import { once } from './once.ts';

/** Credentials of tasks. */
export const taskAccess: () => TaskAccess = once(() => {
  const {
    bucket,
    bucketKeyArn: key,
    taskAccessRoleArn: roleArn,
  } = readEnvironment(['bucket', 'bucketKeyArn', 'taskAccessRoleArn']);
  const bucketKeyArn = key === NONE ? null : key;
  return createStsTaskAccess({ client: stsClient(), roleArn, bucket, bucketKeyArn });
});
