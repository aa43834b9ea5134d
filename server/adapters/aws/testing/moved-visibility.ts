/**
 * SQS' visibility on a clock that tests move. Emulators hide messages by the real clock; here a message is hidden for hours, and shown by
 * asking for it when its time on the test's clock is over.
 */
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandOutput,
  type SQSClient,
} from '@aws-sdk/client-sqs';

const HIDDEN_SECONDS = 3600;

export interface MovedVisibility {
  /** Stands for the client that it was made of. */
  client: SQSClient;
  advance(milliseconds: number): Promise<void>;
}

export function moveVisibility(client: SQSClient, queueUrl: string): MovedVisibility {
  let nowMs = 0;
  /** The latest receipt of each message in flight, and when it is visible again. */
  const inFlight = new Map<string, { receipt: string; visibleAtMs: number }>();
  const show = (receipt: string) =>
    client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }),
    );

  const send = async (command: Parameters<SQSClient['send']>[0]): Promise<unknown> => {
    if (command instanceof ReceiveMessageCommand) {
      const wantedSeconds = command.input.VisibilityTimeout ?? 0;
      const input = { ...command.input, VisibilityTimeout: HIDDEN_SECONDS };
      const answer: ReceiveMessageCommandOutput = await client.send(new ReceiveMessageCommand(input));
      for (const { MessageId = '', ReceiptHandle = '' } of answer.Messages ?? []) {
        inFlight.set(MessageId, { receipt: ReceiptHandle, visibleAtMs: nowMs + wantedSeconds * 1000 });
      }
      return answer;
    }
    if (command instanceof ChangeMessageVisibilityCommand && command.input.VisibilityTimeout !== 0) {
      const input = { ...command.input, VisibilityTimeout: HIDDEN_SECONDS };
      const answer = await client.send(new ChangeMessageVisibilityCommand(input));
      const message = [...inFlight.values()].find(({ receipt }) => receipt === command.input.ReceiptHandle);
      if (message !== undefined) message.visibleAtMs = nowMs + (command.input.VisibilityTimeout ?? 0) * 1000;
      return answer;
    }
    return client.send(command);
  };

  return {
    client: { send } as unknown as SQSClient,
    async advance(milliseconds) {
      nowMs += milliseconds;
      for (const [id, { receipt, visibleAtMs }] of inFlight) {
        if (visibleAtMs > nowMs) continue;
        inFlight.delete(id);
        // Deleted meanwhile.
        await show(receipt).catch(() => {});
      }
    },
  };
}
