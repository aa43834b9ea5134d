/** Takes up again what a control plane that ended, however it ended, had left. */
import type { Ports } from '../ports/ports.ts';

/** Queues the queued runs again (one whose message is there already is not queued twice) and drives all that have not ended. */
export async function resumeRuns(ports: Pick<Ports, 'runs' | 'queue' | 'driver' | 'log'>): Promise<number> {
  const unfinished = await ports.runs.listUnfinished();
  for (const { id, phase } of unfinished) {
    if (phase === 'queued') await ports.queue.send(id);
    await ports.driver.drive(id);
    ports.log('info', 'an unfinished run is resumed', { runId: id, phase });
  }
  return unfinished.length;
}
