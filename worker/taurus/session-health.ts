/** CPU and memory of tools and worker together, as the health of a generator that is made of them. */
import type { HealthSource } from '../health.ts';
import { type SessionProcess, sameProcesses, sessionProcesses } from './process-session.ts';

/** Looks for processes that have come every so many samples. */
const SAMPLES_PER_SEARCH = 3;

/**
 * `own`: this process. The event loop is not watched: no load is made in it. Memory is that of all processes at the same time, what they share
 * counted once for each.
 */
export function sessionHealthSource(leader: () => number | null, own: HealthSource): HealthSource {
  let pids: number[] = [];
  let samples = 0;
  let cpuUs = 0;
  let memoryBytesMax = 0;

  function look(): void {
    const pid = leader();
    if (pid === null) return;
    const isSearch = samples++ % SAMPLES_PER_SEARCH === 0;
    const found: SessionProcess[] = isSearch ? sessionProcesses(pid) : sameProcesses(pid, pids);
    pids = found.map((entry) => entry.pid);
    // What nobody waited for takes its time with it.
    cpuUs = Math.max(
      cpuUs,
      sum(found, (entry) => entry.cpuUs),
    );
    memoryBytesMax = Math.max(
      memoryBytesMax,
      sum(found, (entry) => entry.memoryBytes),
    );
  }

  return {
    monotonicMs: own.monotonicMs,
    cpuUs() {
      look();
      return cpuUs + own.cpuUs();
    },
    memoryBytesMax: () => memoryBytesMax + own.memoryBytesMax(),
    watchEventLoop: () => ({ stop: () => ({ p50: 0, p99: 0, max: 0 }) }),
    everySecond: own.everySecond,
  };
}

function sum(processes: readonly SessionProcess[], of: (entry: SessionProcess) => number): number {
  return processes.reduce((total, entry) => total + of(entry), 0);
}
