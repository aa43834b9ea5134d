/**
 * What the credentials of one task may do: the same that `server/run-folder/task-objects.ts` lets a task do over HTTP, as far as IAM can say it, and
 * of its own objects only. IAM takes the intersection of this and of what the role itself may do.
 *
 * Not said here, since IAM cannot: how large an object may be, and that a segment or a result never changes. The bucket keeps versions.
 */
import type { TaskId } from '../../../../core/plan/plan.ts';
import { runFolderPaths } from '../../../../core/run-folder/run-folder.ts';

/** Of a session policy, in characters (STS, AssumeRole). */
export const SESSION_POLICY_CHARACTERS_MAX = 2_048;

export interface SessionPolicyPlace {
  bucket: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition: string;
  /** Of the bucket's objects; null: not one of its own. */
  bucketKeyArn: string | null;
}

/** JSON. `prefix`: of the run's folder, `runs/<runId>/`. */
export function taskSessionPolicy(place: SessionPolicyPlace, prefix: string, task: TaskId): string {
  const { bucket, partition, bucketKeyArn } = place;
  const arn = `arn:${partition}:s3:::${bucket}`;
  const { plan, control, file, ready, totals, done, xml, segmentsOf, artifact } = runFolderPaths;
  const objects = (paths: string[]) => paths.map((path) => `${arn}/${prefix}${path}`);
  const statements: object[] = [
    allow('s3:GetObject', objects([plan, control, file('*')])),
    // A task that is started anew looks whether it has delivered.
    allow(['s3:GetObject', 's3:PutObject'], objects([done(task), xml(task)])),
    allow(
      ['s3:PutObject', 's3:AbortMultipartUpload'],
      objects([ready(task), totals(task), `${segmentsOf(task)}*.seg`, artifact(task, '*')]),
    ),
    // Without it S3 says of what is missing that it is forbidden.
    { ...allow('s3:ListBucket', arn), Condition: { StringLike: { 's3:prefix': `${prefix}*` } } },
  ];
  if (bucketKeyArn !== null) statements.push(allow(['kms:Decrypt', 'kms:GenerateDataKey'], bucketKeyArn));
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function allow(action: string | string[], resource: string | string[]): object {
  return { Effect: 'Allow', Action: action, Resource: resource };
}
