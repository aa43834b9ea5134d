/** Lambda of the run queue: takes runs when their regions have room, and has them driven. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { consumeRunMessage } from './parts/consume-run-message.ts';
import { driver } from './parts/driver.ts';
import { log, noteInvocation } from './parts/log.ts';
import { lookingLauncher } from './parts/looking-launcher.ts';
import { queue } from './parts/queue.ts';
import { runs } from './parts/runs.ts';

/** Messages that are not reported as failed are deleted. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  noteInvocation(context);
  const ports = {
    runs: runs(),
    launcher: lookingLauncher(),
    driver: driver(),
    queue: queue(),
    nowMs: Date.now,
    log,
  };
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { body, messageId, receiptHandle, attributes } of event.Records) {
    const deliveries = Number(attributes.ApproximateReceiveCount) || 1;
    const outcome = await consumeRunMessage(ports, { runId: body, receipt: receiptHandle, deliveries });
    if (outcome === 'again') batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}
