/** Who read and wrote what in the other buckets, and asked CloudFront for what: kept for a while. */
import { Duration } from 'aws-cdk-lib';
import { type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { privateBucket } from './buckets.ts';

/** The services that write logs there take no key of a customer. */
export function accessLogs(scope: Construct, { keep, days }: { keep: boolean; days: number }): IBucket {
  return privateBucket(scope, 'AccessLogs', {
    keep,
    // CloudFront writes with an access control list.
    objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
    lifecycleRules: [{ expiration: Duration.days(days) }, { abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
}
