/**
 * The processes of one session: what was started in it, and whatever that has started, in whatever process groups. On Linux from /proc;
 * elsewhere from `ps`, by who started whom.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Of /proc: times are counted in hundredths of a second on every Linux that Node runs on. */
const TICK_US = 10_000;
const PAGE_BYTES = 4_096;
const POLL_MS = 20;

export interface SessionProcess {
  pid: number;
  /** With that of children that have ended. */
  cpuUs: number;
  memoryBytes: number;
  hasEnded: boolean;
}

/** All processes of the session of that leader. */
export function sessionProcesses(leader: number): SessionProcess[] {
  return process.platform === 'linux' ? fromProc(leader, null) : fromPs(leader);
}

/** Those of `pids` that are still in the session; cheaper than looking at all processes of the machine. */
export function sameProcesses(leader: number, pids: readonly number[]): SessionProcess[] {
  return process.platform === 'linux' ? fromProc(leader, pids) : fromPs(leader);
}

/** Ends all of them by force; resolves when none is left, or after `patienceMs`: false then. */
export async function killSession(leader: number, patienceMs: number): Promise<boolean> {
  const endsAtMs = performance.now() + patienceMs;
  for (;;) {
    const living = sessionProcesses(leader).filter(({ hasEnded }) => !hasEnded);
    if (living.length === 0) return true;
    for (const { pid } of living) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
    if (performance.now() > endsAtMs) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function fromProc(leader: number, pids: readonly number[] | null): SessionProcess[] {
  const found: SessionProcess[] = [];
  for (const pid of pids ?? readdirSync('/proc').map(Number)) {
    if (!(pid > 0)) continue;
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    } catch {
      continue;
    }
    // The name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[3]) !== leader) continue;
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
    found.push({
      pid,
      cpuUs: ticks * TICK_US,
      memoryBytes: Number(fields[21]) * PAGE_BYTES,
      hasEnded: fields[0] === 'Z' || fields[0] === 'X',
    });
  }
  return found;
}

function fromPs(leader: number): SessionProcess[] {
  let lines: string[];
  try {
    lines = execFileSync('ps', ['-axo', 'pid=,ppid=,rss=,time=,stat='], { encoding: 'utf8' }).split('\n');
  } catch {
    return [];
  }
  const rows = lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields.length >= 5);
  const members = new Set([leader]);
  for (let before = 0; before !== members.size; ) {
    before = members.size;
    for (const [pid, parent] of rows) if (members.has(Number(parent))) members.add(Number(pid));
  }
  return rows
    .filter(([pid]) => members.has(Number(pid)))
    .map(([pid, , kilobytes, time = '0', state = '']) => ({
      pid: Number(pid),
      cpuUs: timeUs(time),
      memoryBytes: Number(kilobytes) * 1_024,
      hasEnded: state.startsWith('Z'),
    }));
}

/** `1:02.50`, `1-02:03:04`. */
function timeUs(text: string): number {
  const [clock = '0', days = '0'] = text.split('-').toReversed();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1e6);
}
