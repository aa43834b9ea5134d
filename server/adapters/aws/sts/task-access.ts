/** Access of tasks to their run's folder in S3: credentials of one role, narrowed to one task by a session policy. */
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { LoadstarError } from '../../../../core/errors.ts';
import { taskName } from '../../../../core/run/tasks.ts';
import type { TaskAccess } from '../../../ports/task-access.ts';
import { runFolderPrefix } from '../../../run-folder/run-folder.ts';
import { taskSessionPolicy } from './session-policy.ts';

export interface StsTaskAccessOptions {
  client: STSClient;
  /** Of the role that may do to all runs' folders what the tasks of one may do to its own. */
  roleArn: string;
  bucket: string;
  /** KMS key of the bucket's objects; null: not one of the customer's. */
  bucketKeyArn: string | null;
}

/** What a role that was assumed from another one (the Lambda's) may last at most. */
const DURATION_SECONDS = 3_600;
const SESSION_NAME_CHARACTERS_MAX = 64;

export function createStsTaskAccess({ client, roleArn, bucket, bucketKeyArn }: StsTaskAccessOptions): TaskAccess {
  const place = { bucket, bucketKeyArn, partition: roleArn.split(':')[1] ?? 'aws' };
  return {
    async credentialsOf(runId, task) {
      const name = `${runId}-${task.region}-${task.task}`.slice(-SESSION_NAME_CHARACTERS_MAX);
      const command = new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: name,
        DurationSeconds: DURATION_SECONDS,
        Policy: taskSessionPolicy(place, runFolderPrefix(runId), task),
      });
      const { Credentials: made } = await client.send(command).catch((error: Error) => {
        const message = `STS gives no credentials for task ${taskName(task)} of run ${runId}: ${error.name}: ${error.message}`;
        throw new LoadstarError('store_failed', message, { cause: error });
      });
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = made ?? {};
      if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined) {
        throw new LoadstarError('store_failed', 'STS answered without credentials.');
      }
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        expiresAtMs: Expiration.getTime(),
      };
    },
  };
}
