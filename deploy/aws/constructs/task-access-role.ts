/** What credentials of tasks are made of: the API assumes it with a policy that leaves one task's objects of one run. */
import { Duration, Lazy } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { objectPrefixes } from '../../../server/adapters/aws/layout/object-keys.ts';

export interface TaskAccessRoleProps {
  bucket: IBucket;
  /** Of the bucket, when it is a customer's. */
  key: IKey | undefined;
  /** Asked for later: the API's Lambda, whose role it is, is told of this role. */
  trustedRoleArn: () => string;
}

export class TaskAccessRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { bucket, key, trustedRoleArn }: TaskAccessRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'Tasks of Loadstar, each with a policy of its own beside this one',
      assumedBy: new ArnPrincipal(Lazy.string({ produce: trustedRoleArn })),
      maxSessionDuration: Duration.hours(1),
    });
    const ofRuns = `${objectPrefixes.runs}*`;
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
        resources: [bucket.arnForObjects(ofRuns)],
      }),
    );
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': ofRuns } },
      }),
    );
    key?.grantEncryptDecrypt(this.role);
    NagSuppressions.addResourceSuppressions(
      this.role,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason: 'Each run has a folder of objects of its own; the policy of each session names one.',
        },
      ],
      true,
    );
  }
}
