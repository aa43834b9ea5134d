/** Deletes the runs that have been over for longer than they are kept. */

import { limits } from '../../core/limits.ts';
import { finalPhases, type Run } from '../../core/run/run.ts';
import type { Ports } from '../ports/ports.ts';
import { deleteRun } from './delete-run.ts';

const DAY_MS = 24 * 3600 * 1000;

/**
 * In the name of the system. A run that cannot be deleted now is logged and tried again the next time; it keeps no other from going. Returns how many
 * went. Throws when the runs cannot be listed.
 */
export async function pruneRuns(
  ports: Pick<Ports, 'runs' | 'objects' | 'taskResults' | 'audit' | 'nowMs' | 'log'>,
  { keepDays }: { keepDays: number },
): Promise<number> {
  const endedBeforeMs = ports.nowMs() - keepDays * DAY_MS;
  let pruned = 0;
  let cursor: string | null = null;
  do {
    const page: { items: Run[]; nextCursor: string | null } = await ports.runs.list({
      scenarioId: null,
      limit: limits.pageRowsMax,
      cursor,
    });
    for (const run of page.items) {
      const isOld = finalPhases.has(run.phase) && (run.endedAtMs ?? run.phaseSinceMs) < endedBeforeMs;
      if (isOld && (await prune(ports, run, keepDays))) pruned++;
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return pruned;
}

async function prune(
  ports: Pick<Ports, 'runs' | 'objects' | 'taskResults' | 'audit' | 'nowMs' | 'log'>,
  { id }: Run,
  keepDays: number,
): Promise<boolean> {
  try {
    await deleteRun(ports, { kind: 'system' }, { runId: id });
    return true;
  } catch (error) {
    ports.log('error', 'an old run could not be deleted', { runId: id, keepDays, error: (error as Error).message });
    return false;
  }
}
