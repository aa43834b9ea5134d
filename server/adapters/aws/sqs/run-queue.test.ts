import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { startElasticMq } from '../../../../tools/emulators/elasticmq.ts';
import { emulatorCredentials, emulatorRegion } from '../../../../tools/emulators/emulator.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { runQueueContract } from '../../../ports/run-queue.contract.ts';
import { moveVisibility } from '../testing/moved-visibility.ts';
import { createSqsRunQueue } from './run-queue.ts';

describe('SQS', () => {
  const elasticMq = useEmulator('elasticmq', startElasticMq);
  let queues = 0;

  async function createQueue(): Promise<{ client: SQSClient; queueUrl: string }> {
    const client = new SQSClient({ endpoint: elasticMq.url, region: emulatorRegion, credentials: emulatorCredentials });
    const create = { QueueName: `runs-${queues++}.fifo`, Attributes: { FifoQueue: 'true' } };
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand(create));
    return { client, queueUrl: QueueUrl };
  }

  runQueueContract(
    'a FIFO queue of SQS',
    async () => {
      const { client, queueUrl } = await createQueue();
      const moved = moveVisibility(client, queueUrl);
      return {
        queue: createSqsRunQueue({ client: moved.client, queueUrl }),
        advance: moved.advance,
        close: async () => client.destroy(),
      };
    },
    {
      holdsRunsTwice: 'SQS cannot look for a run, and would drop one that is sent again after it was taken',
      forgetsLateReceipts: 'a FIFO queue of SQS refuses receipts whose visibility ran out',
    },
  );

  describe('the run queue in SQS', () => {
    let queueUrl: string;
    let client: SQSClient;
    beforeEach(async () => {
      ({ client, queueUrl } = await createQueue());
    });

    it('holds back what is behind a message in flight, in its order', async () => {
      const queue = createSqsRunQueue({ client, queueUrl });
      for (const runId of ['a', 'b', 'c']) await queue.send(runId);
      const [first] = await queue.receive({ max: 1, visibilitySeconds: 300 });
      expect(await queue.receive({ max: 10, visibilitySeconds: 300 })).toEqual([]);
      await queue.delete(first?.receipt ?? '');
      const rest = await queue.receive({ max: 10, visibilitySeconds: 300 });
      expect(rest.map(({ runId }) => runId)).toEqual(['b', 'c']);
    });

    it('gives a message that was sent by somebody else as it is', async () => {
      const message = { MessageBody: '{"run": 1}', MessageGroupId: 'x', MessageDeduplicationId: 'x' };
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, ...message }));
      const queue = createSqsRunQueue({ client, queueUrl });
      expect(await queue.receive({ max: 1, visibilitySeconds: 1 })).toMatchObject([{ runId: '{"run": 1}' }]);
    });

    it('says when there is no queue', async () => {
      const queue = createSqsRunQueue({ client, queueUrl: `${queueUrl}-gone` });
      await expect(queue.send('a')).rejects.toThrow();
      await expect(queue.receive({ max: 1, visibilitySeconds: 1 })).rejects.toThrow();
      await expect(queue.delete('a')).rejects.toThrow();
    });
  });
});
