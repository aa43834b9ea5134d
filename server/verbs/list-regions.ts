/** Where tasks can run, and how many. */
import type { Actor, RegionPage } from '../../core/api/system.ts';
import type { Ports } from '../ports/ports.ts';
import { requireRole } from './require-role.ts';

/** All of them: there are few. */
export async function listRegions({ launcher }: Pick<Ports, 'launcher'>, actor: Actor): Promise<RegionPage> {
  requireRole(actor, 'viewer');
  const items = (await launcher.capacity()).map(({ region, tasksMax, tasksRunning }) => ({
    name: region,
    tasksMax,
    tasksRunning,
    tasksFree: Math.max(0, tasksMax - tasksRunning),
  }));
  return { items, nextCursor: null };
}
