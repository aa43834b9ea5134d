import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { createSqsRunQueue } from '../../../adapters/aws/sqs/run-queue.ts';
import type { RunQueue } from '../../../ports/run-queue.ts';
import { sqsClient } from './clients/sqs.ts';
import { once } from './once.ts';

/** Runs that wait their turn. */
export const queue: () => RunQueue = once(() => {
  const { runQueueUrl } = readEnvironment(['runQueueUrl']);
  return createSqsRunQueue({ client: sqsClient(), queueUrl: runQueueUrl });
});
