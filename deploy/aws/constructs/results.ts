/** Results that land in the bucket become rows at once. Events may be lost: a run's tick finds what they did not tell. */
import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { objectPrefixes } from '../../../server/adapters/aws/layout/object-keys.ts';

export class Results extends Construct {
  constructor(scope: Construct, id: string, { bucket, resultsParser }: { bucket: IBucket; resultsParser: IFunction }) {
    super(scope, id);
    new Rule(this, 'Landed', {
      description: "A task's result has landed",
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: [{ wildcard: `${objectPrefixes.runs}*/results/*.xml` }] },
        },
      },
      targets: [new LambdaFunction(resultsParser, { retryAttempts: 5, maxEventAge: Duration.hours(1) })],
    });
  }
}
