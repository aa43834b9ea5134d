/** The queue's consumer where one process looks at the queue: takes every waiting run that has room. */
import type { Ports } from '../ports/ports.ts';
import { type TakePorts, takeQueuedRun } from './take-queued-run.ts';

/** A message that we took and died with comes again after this. */
const VISIBILITY_SECONDS = 30;

/** Takes what the queue holds until a run has to wait. Returns how many messages were of runs that were taken. */
export async function takeQueuedRuns(ports: TakePorts & Pick<Ports, 'queue'>): Promise<number> {
  for (let taken = 0; ; ) {
    const [message] = await ports.queue.receive({ max: 1, visibilitySeconds: VISIBILITY_SECONDS });
    if (message === undefined) return taken;
    const outcome = await takeQueuedRun(ports, message.runId);
    if (outcome === 'later') {
      await ports.queue.extend(message.receipt, 0);
      return taken;
    }
    await ports.queue.delete(message.receipt);
    if (outcome === 'taken') taken++;
  }
}
