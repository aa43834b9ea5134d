/** The queue's consumer: takes waiting runs, in order, as soon as their regions have room. */
import type { Run } from '../../core/run/run.ts';
import { orderStop, takeRun } from '../../core/run/transitions.ts';
import type { Ports } from '../ports/ports.ts';
import type { QueueMessage } from '../ports/run-queue.ts';
import { type Room, readOccupancy, roomForRun } from './room-for-run.ts';
import { updateRun } from './update-run.ts';

type TakePorts = Pick<Ports, 'queue' | 'runs' | 'launcher' | 'driver' | 'nowMs' | 'log'>;

/** A message that we took and died with comes again after this. */
const VISIBILITY_SECONDS = 30;

/**
 * Takes every run at the queue's head that fits; the first one that does not holds up those behind it, so that a large run gets its
 * turn. A taken run's row is changed before its message goes, and then it is driven. Returns how many were taken.
 */
export async function takeQueuedRuns(ports: TakePorts): Promise<number> {
  for (let taken = 0; ; ) {
    const [message] = await ports.queue.receive({ max: 1, visibilitySeconds: VISIBILITY_SECONDS });
    if (message === undefined) return taken;
    const run = await ports.runs.get(message.runId);
    const room = run === null || run.phase !== 'queued' ? 'not queued' : await findRoom(ports, run);
    if (room !== 'not queued' && room.kind === 'later') {
      await ports.queue.extend(message.receipt, 0);
      return taken;
    }
    if (await settle(ports, message, room)) taken++;
  }
}

/** Does away with a message that need not wait any more. True when its run was taken. */
async function settle(
  ports: TakePorts,
  { runId, receipt }: QueueMessage,
  room: Exclude<Room, { kind: 'later' }> | 'not queued',
): Promise<boolean> {
  let taken = false;
  if (room !== 'not queued') {
    const run = await updateRun(ports, runId, (current) => {
      if (room.kind === 'now') return takeRun(current, ports.nowMs());
      return current.phase === 'queued' ? orderStop(current, 'failed', room.reason, ports.nowMs()) : current;
    });
    taken = run.phase === 'provisioning';
    ports.log('info', taken ? 'a run is taken from the queue' : 'a run leaves the queue', { runId, phase: run.phase });
  }
  await ports.queue.delete(receipt);
  ports.driver.drive(runId);
  ports.driver.wake(runId);
  return taken;
}

async function findRoom(ports: Pick<Ports, 'launcher' | 'runs'>, run: Run): Promise<Room> {
  return roomForRun(await readOccupancy(ports, await ports.runs.listUnfinished()), run);
}
