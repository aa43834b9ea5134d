import { S3Client } from '@aws-sdk/client-s3';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Throttling passes: the last of them comes some 3 s after the first. */
const ATTEMPTS_MAX = 6;

/** Of the main region, where the bucket is. A checksum that nobody asked for would be signed into URLs, and whoever puts there sends none. */
export const s3Client = once(() =>
  traced(
    new S3Client({ region: mainRegion(), maxAttempts: ATTEMPTS_MAX, requestChecksumCalculation: 'WHEN_REQUIRED' }),
  ),
);
