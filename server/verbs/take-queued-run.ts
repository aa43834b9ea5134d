/** Takes a waiting run, and those that have waited longer, as soon as their regions have room. */
import type { Run } from '../../core/run/run.ts';
import { orderStop, takeRun } from '../../core/run/transitions.ts';
import type { Ports } from '../ports/ports.ts';
import { type Room, readOccupancy, roomForRun } from './room-for-run.ts';
import { updateRun } from './update-run.ts';

export type TakePorts = Pick<Ports, 'runs' | 'launcher' | 'driver' | 'nowMs' | 'log'>;

/**
 * What became of a run that a message named: it was taken; it need not wait any more (taken before, cancelled, can never fit, deleted); or it,
 * or one before it, still has to wait. Its message may go unless it is `later`.
 */
export type Taken = 'taken' | 'gone' | 'later';

/**
 * Runs are taken in the order in which they were started, as the store knows it: the first one that does not fit holds up those behind it, so
 * that a large run gets its turn, and a message that comes late, or out of order, or never, changes nothing. A row is changed before its
 * run is driven.
 */
export async function takeQueuedRun(ports: TakePorts, runId: string): Promise<Taken> {
  const [named, unfinished] = await Promise.all([ports.runs.get(runId), ports.runs.listUnfinished()]);
  if (named === null) return 'gone';
  if (named.phase !== 'queued') {
    await drive(ports, runId);
    return 'gone';
  }
  const occupancy = await readOccupancy(ports, unfinished);
  const underWay = [...occupancy.underWay];
  for (const run of waitingUpTo(named, unfinished)) {
    const room = roomForRun({ ...occupancy, underWay }, run);
    if (room.kind === 'later') return 'later';
    const settled = await settle(ports, run.id, room);
    if (settled?.phase === 'provisioning') underWay.push(settled);
    if (run.id === runId) return settled?.phase === 'provisioning' ? 'taken' : 'gone';
  }
  return 'gone';
}

/** Those that wait and were started before the named one, then that one. A list that lags behind may lack it. */
function waitingUpTo(named: Run, unfinished: readonly Run[]): Run[] {
  const earlier = unfinished.filter((run) => run.phase === 'queued' && run.createdAtMs < named.createdAtMs);
  return [...earlier, named];
}

/** The run as it is then; null when it is gone. */
async function settle(ports: TakePorts, runId: string, room: Exclude<Room, { kind: 'later' }>): Promise<Run | null> {
  const before = await ports.runs.get(runId);
  if (before === null) return null;
  const run = await updateRun(ports, runId, (current) => {
    if (room.kind === 'now') return takeRun(current, ports.nowMs());
    return current.phase === 'queued' ? orderStop(current, 'failed', room.reason, ports.nowMs()) : current;
  });
  const taken = run.phase === 'provisioning';
  ports.log('info', taken ? 'a run is taken from the queue' : 'a run leaves the queue', { runId, phase: run.phase });
  await drive(ports, runId);
  return run;
}

async function drive({ driver }: Pick<TakePorts, 'driver'>, runId: string): Promise<void> {
  await driver.drive(runId);
  await driver.wake(runId);
}
