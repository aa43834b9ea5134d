/** Ends tasks with all processes that they have started: politely first, then by force. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadstarError } from '../../../../core/errors.ts';
import type { ProcessEntries, ProcessEntry, ProcessIdentity, ProcessTable } from './process-table.ts';
import { MARK_VARIABLE } from './task-records.ts';

const POLL_MS = 25;
/** For the system to end what was killed. */
const KILLED_MS_MAX = 10_000;

/** A task's process group: its leader, which has the group's number, and the mark that all of the group carry. */
export interface TaskGroup {
  leader: ProcessIdentity;
  mark: string;
}

/**
 * Sends SIGTERM to the groups, SIGKILL after `graceSeconds` to those that still have processes (at once when 0), and resolves when none
 * has any. Throws `task_failed` when one cannot be ended.
 */
export async function endGroups(
  table: ProcessTable,
  groups: readonly TaskGroup[],
  graceSeconds: number,
): Promise<void> {
  const killAtMs = performance.now() + graceSeconds * 1000;
  const known = new Set<TaskGroup>();
  const asked = new Set<TaskGroup>();
  for (let left = [...groups]; left.length > 0; ) {
    const entries = table.readAll();
    left = left.filter((group) => livingMembers(table, entries, group, known).length > 0);
    const nowMs = performance.now();
    if (left.length > 0 && nowMs > killAtMs + KILLED_MS_MAX) {
      const pids = left.map((group) => group.leader.pid).join(', ');
      throw new LoadstarError('task_failed', `the processes of the groups ${pids} do not end, not even by SIGKILL`);
    }
    for (const group of left) {
      if (nowMs >= killAtMs) signalGroup(group.leader.pid, 'SIGKILL');
      else if (!asked.has(group)) signalGroup(group.leader.pid, 'SIGTERM');
      asked.add(group);
    }
    if (left.length > 0) await sleep(POLL_MS);
  }
}

/** Sends a signal to all of a process group. One that is gone is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone (ESRCH), or only zombies left (EPERM on macOS): whoever looks at the process table sees which.
  }
}

/**
 * The group's processes that have not ended. A group whose leader was seen alive is known to be the task's until it is empty: as long as it
 * has members, the system gives its number to nobody else. Without its leader, its members must carry the task's mark.
 */
function livingMembers(
  table: ProcessTable,
  entries: ProcessEntries,
  group: TaskGroup,
  known: Set<TaskGroup>,
): ProcessEntry[] {
  const leader = entries.get(group.leader.pid);
  if (leader !== undefined && leader.startedAt !== group.leader.startedAt) return [];
  if (leader !== undefined) known.add(group);
  const members = [...entries.values()].filter((entry) => entry.group === group.leader.pid && !entry.ended);
  if (known.has(group)) return members;
  return members.filter((entry) => table.wasStartedWith(entry.pid, MARK_VARIABLE, group.mark) !== false);
}
