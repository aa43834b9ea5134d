/** What becomes of one message of the run queue where Lambda delivers it. */

import { runQueue } from '../../../adapters/aws/layout/run-queue.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { QueueMessage } from '../../../ports/run-queue.ts';
import { type TakePorts, takeQueuedRun } from '../../../verbs/take-queued-run.ts';

const RUN_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * `done`: the message may be deleted. `again`: it comes again, when it says so itself. Never throws. A message that only waits is sent anew before
 * its deliveries are used up: those of the dead-letter queue are of runs that cannot be looked at.
 */
export async function consumeRunMessage(
  ports: TakePorts & Pick<Ports, 'queue'>,
  { runId, receipt, deliveries }: QueueMessage,
): Promise<'done' | 'again'> {
  if (!RUN_ID.test(runId)) {
    ports.log('error', 'a message of the run queue names no run', { message: runId.slice(0, 200) });
    return 'done';
  }
  try {
    if ((await takeQueuedRun(ports, runId)) !== 'later') return 'done';
    if (deliveries >= runQueue.renewAtDelivery) {
      await ports.queue.send(runId);
      return 'done';
    }
    await ports.queue.extend(receipt, runQueue.waitSeconds);
  } catch (error) {
    ports.log('error', 'a run could not be taken from the queue', {
      runId,
      deliveries,
      error: (error as Error).message,
    });
    // Without it the message comes again all the same, later.
    await ports.queue.extend(receipt, runQueue.retrySeconds).catch(() => {});
  }
  return 'again';
}
