/**
 * The processes of this machine. A process number alone says nothing after a restart, since numbers are used again; together with the
 * instant at which the process started it names one process for ever.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { LoadstarError } from '../../../../core/errors.ts';

export interface ProcessIdentity {
  pid: number;
  /** In whatever unit the system keeps it; only compared. */
  startedAt: string;
}

export interface ProcessEntry extends ProcessIdentity {
  /** Process group: the number of the process that began it. */
  group: number;
  /** It has ended, and its parent has not asked how (a zombie). */
  ended: boolean;
}

export type ProcessEntries = ReadonlyMap<number, ProcessEntry>;

export interface ProcessTable {
  /** Those of `pids` that exist. */
  read(pids: readonly number[]): ProcessEntries;
  readAll(): ProcessEntries;
  /** Whether the process was started with this environment variable; null when that cannot be told. */
  wasStartedWith(pid: number, name: string, value: string): boolean | null;
}

/** What this system offers: `/proc` on Linux, `ps` elsewhere. */
export function openProcessTable(): ProcessTable {
  return existsSync('/proc/self/stat') ? createProcTable() : createPsTable();
}

/** Whether exactly this process exists and has not ended. */
export function isAlive(entries: ProcessEntries, { pid, startedAt }: ProcessIdentity): boolean {
  const entry = entries.get(pid);
  return entry !== undefined && !entry.ended && entry.startedAt === startedAt;
}

export function createProcTable(): ProcessTable {
  // The start is counted from boot: without naming the boot, numbers of the one before could match.
  const boot = readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  const read = (pids: readonly number[]) => {
    const entries = new Map<number, ProcessEntry>();
    for (const pid of pids) {
      const stat = readOrNull(`/proc/${pid}/stat`);
      if (stat !== null) entries.set(pid, parseStat(pid, stat, boot));
    }
    return entries;
  };
  return {
    read,
    readAll: () =>
      read(
        readdirSync('/proc')
          .filter((name) => /^\d+$/.test(name))
          .map(Number),
      ),
    wasStartedWith(pid, name, value) {
      const environment = readOrNull(`/proc/${pid}/environ`);
      return environment === null ? null : environment.split('\0').includes(`${name}=${value}`);
    },
  };
}

/** `pid (name) state ppid pgrp ...`, the start being field 22. The name may hold spaces and parentheses. */
function parseStat(pid: number, stat: string, boot: string): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields;
  return { pid, group: Number(group), ended: state === 'Z' || state === 'X', startedAt: `${boot}:${fields[19]}` };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

const PS_COLUMNS = 'pid=,pgid=,stat=,lstart=';

export function createPsTable(): ProcessTable {
  return {
    read: (pids) => (pids.length === 0 ? new Map() : runPs(['-o', PS_COLUMNS, '-p', pids.join(',')])),
    readAll: () => runPs(['-A', '-o', PS_COLUMNS]),
    wasStartedWith: () => null,
  };
}

function runPs(args: string[]): ProcessEntries {
  // Fixed language and zone: the start must read the same after a restart with other settings.
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  const { stdout, error } = spawnSync('ps', args, { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error !== undefined) {
    throw new LoadstarError('launch_failed', `cannot look at processes: ps failed (${error.message})`, {
      cause: error,
    });
  }
  const entries = new Map<number, ProcessEntry>();
  for (const line of stdout.split('\n')) {
    const [, pid, group, state, startedAt] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S.*\S)\s*$/.exec(line) ?? [];
    if (pid === undefined || state === undefined || startedAt === undefined) continue;
    entries.set(Number(pid), { pid: Number(pid), group: Number(group), ended: state.startsWith('Z'), startedAt });
  }
  return entries;
}
