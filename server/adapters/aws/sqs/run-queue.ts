/**
 * The run queue in a FIFO queue of SQS with one message group: while a message is being worked on, those behind it wait. Each sending has a
 * deduplication id of its own, since SQS would drop a run that is sent again within five minutes of having been deleted; so a run may be held
 * twice, and its second message finds it taken.
 */
import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { RunQueue } from '../../../ports/run-queue.ts';
import { checkReceive, checkVisibility } from '../../queue-options.ts';
import { runQueue } from '../layout/run-queue.ts';

/** What one call of SQS gives. */
const MESSAGES_PER_CALL_MAX = 10;

/** What SQS says of receipts that are no longer, or never were, those of a message in flight. */
const OLD_RECEIPT = new Set([
  'ReceiptHandleIsInvalid',
  'InvalidParameterValue',
  'MissingParameter',
  'MessageNotInflight',
  'InvalidAddress',
]);

/** `queueUrl`: of the FIFO queue that the deployment made. `receive` gives at most 10 messages, however many it is asked for. */
export function createSqsRunQueue({ client, queueUrl }: { client: SQSClient; queueUrl: string }): RunQueue {
  return {
    async send(runId) {
      const { messageGroupId } = runQueue;
      const message = { MessageBody: runId, MessageGroupId: messageGroupId, MessageDeduplicationId: randomUUID() };
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, ...message }));
    },

    async receive(options) {
      checkReceive(options);
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(options.max, MESSAGES_PER_CALL_MAX),
          VisibilityTimeout: Math.ceil(options.visibilitySeconds),
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        }),
      );
      return Messages.map(({ Body = '', ReceiptHandle = '', Attributes }) => ({
        runId: Body,
        receipt: ReceiptHandle,
        deliveries: Number(Attributes?.ApproximateReceiveCount ?? 1),
      }));
    },

    async delete(receipt) {
      await unlessOld(() => client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt })));
    },

    async extend(receipt, visibilitySeconds) {
      checkVisibility(visibilitySeconds);
      const change = { ReceiptHandle: receipt, VisibilityTimeout: Math.ceil(visibilitySeconds) };
      await unlessOld(() => client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ...change })));
    },
  };
}

async function unlessOld(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    const name = error instanceof Error ? error.name.split('.').at(-1) : undefined;
    if (name === undefined || !OLD_RECEIPT.has(name)) throw error;
  }
}
