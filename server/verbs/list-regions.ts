/** Where tasks can run, and how many. */
import type { Actor, RegionPage } from '../../core/api/system.ts';
import type { Ports } from '../ports/ports.ts';
import { requireRole } from './require-role.ts';

/** All of them: there are few. */
export async function listRegions({ launcher }: Pick<Ports, 'launcher'>, actor: Actor): Promise<RegionPage> {
  requireRole(actor, 'viewer');
  const items = (await launcher.capacity()).map(({ region, tasksMax, tasksRunning, vcpu, problem }) => ({
    name: region,
    tasksMax,
    tasksRunning,
    tasksFree: problem === undefined ? Math.max(0, tasksMax - tasksRunning) : 0,
    vcpu: vcpu === undefined ? null : { perTask: vcpu.perTask, onDemand: vcpu.onDemand, spot: vcpu.spot },
    problem: problem ?? null,
  }));
  return { items, nextCursor: null };
}
