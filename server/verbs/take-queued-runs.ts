/** The queue's consumer: takes waiting runs, in order, as soon as their regions have room. */
import type { Run } from '../../core/run/run.ts';
import { orderStop, takeRun } from '../../core/run/transitions.ts';
import type { RegionCapacity } from '../ports/launcher.ts';
import type { Ports } from '../ports/ports.ts';
import type { QueueMessage } from '../ports/run-queue.ts';
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
    const room = run === null || run.phase !== 'queued' ? 'not queued' : await roomFor(ports, run);
    if (room === 'later') {
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
  room: 'now' | 'not queued' | { never: string },
): Promise<boolean> {
  let taken = false;
  if (room !== 'not queued') {
    const run = await updateRun(ports, runId, (current) => {
      if (room === 'now') return takeRun(current, ports.nowMs());
      return current.phase === 'queued' ? orderStop(current, 'failed', room.never, ports.nowMs()) : current;
    });
    taken = run.phase === 'provisioning';
    ports.log('info', taken ? 'a run is taken from the queue' : 'a run leaves the queue', { runId, phase: run.phase });
  }
  await ports.queue.delete(receipt);
  ports.driver.drive(runId);
  ports.driver.wake(runId);
  return taken;
}

/** Whether all regions of a run have room for its tasks beside those of the runs under way. */
async function roomFor(
  { launcher, runs }: Pick<Ports, 'launcher' | 'runs'>,
  run: Run,
): Promise<'now' | 'later' | { never: string }> {
  const capacity = new Map((await launcher.capacity()).map((region) => [region.region, region]));
  const underWay = (await runs.listUnfinished()).filter(
    ({ phase }) => phase === 'provisioning' || phase === 'running' || phase === 'cancelling',
  );
  let later = false;
  for (const { name, tasks } of run.regions) {
    const region = capacity.get(name);
    if (region === undefined) return { never: `There is no region ${name} any more.` };
    if (tasks > region.tasksMax) {
      return { never: `Region ${name} takes ${region.tasksMax} tasks at most, and the run needs ${tasks}.` };
    }
    if (tasks > freeIn(region, underWay)) later = true;
  }
  return later ? 'later' : 'now';
}

/** A run that was just taken has not launched its tasks yet, one that ends has some left: whichever counts more. */
function freeIn({ region, tasksMax, tasksRunning }: RegionCapacity, underWay: readonly Run[]): number {
  const planned = underWay.flatMap(({ regions }) => regions.filter(({ name }) => name === region));
  return (
    tasksMax -
    Math.max(
      tasksRunning,
      planned.reduce((sum, { tasks }) => sum + tasks, 0),
    )
  );
}
