/** Follows all runs that run, for whoever asks what one does now. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunLive } from '../../core/api/runs.ts';
import type { Run } from '../../core/run/run.ts';
import { plannedTasks } from '../../core/run/tasks.ts';
import type { Ports } from '../ports/ports.ts';
import { LiveMerge } from './live-merge.ts';
import { LogTail } from './log-tail.ts';
import { followTask } from './watch-run.ts';

const INTERVAL_MS = 1_000;

type FollowPorts = Pick<Ports, 'runs' | 'taskLogs' | 'log'>;

export interface FollowedRuns {
  /** What is known of a run now; null when it does not run, or before its first second. */
  liveOf(runId: string): RunLive | null;
  /** Resolves when it follows no more. */
  stop(): Promise<void>;
}

interface Followed {
  merge: LiveMerge;
  tails: LogTail[];
}

/** `tasksReadyOf`: as the run's last tick has seen it. */
export function followRuns(ports: FollowPorts, tasksReadyOf: (runId: string) => number): FollowedRuns {
  const followed = new Map<string, Followed>();
  const stopped = new AbortController();
  const ended = followUntil(stopped.signal, ports, followed);
  return {
    liveOf(runId) {
      const merge = followed.get(runId)?.merge;
      const newest = merge?.newest() ?? null;
      if (merge === undefined || newest === null) return null;
      const { second, users, requestsPerSecond, p95Ms } = newest;
      const { requests, failures } = merge;
      return { second, users, requests, failures, requestsPerSecond, p95Ms, tasksReady: tasksReadyOf(runId) };
    },
    async stop() {
      stopped.abort();
      await ended;
    },
  };
}

/** Trouble is logged, and the next look may do better. */
async function followUntil(signal: AbortSignal, ports: FollowPorts, followed: Map<string, Followed>): Promise<void> {
  while (!signal.aborted) {
    try {
      await followAll(ports, followed);
    } catch (error) {
      ports.log('warn', 'runs cannot be followed for now', { error: (error as Error).message });
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

async function followAll(ports: FollowPorts, followed: Map<string, Followed>): Promise<void> {
  const running = (await ports.runs.listUnfinished()).filter(
    ({ phase, goAtMs }) => goAtMs !== null && (phase === 'running' || phase === 'cancelling'),
  );
  const ids = new Set(running.map(({ id }) => id));
  for (const id of followed.keys()) if (!ids.has(id)) followed.delete(id);
  for (const run of running) {
    const { merge, tails } = followed.get(run.id) ?? begin(ports, run, followed);
    await Promise.all(tails.map((tail) => followTask(ports, tail, merge)));
  }
}

function begin({ taskLogs }: FollowPorts, { id, regions }: Run, followed: Map<string, Followed>): Followed {
  const tails = plannedTasks(regions).map((task) => new LogTail(taskLogs, id, task));
  const state: Followed = { merge: new LiveMerge(), tails };
  followed.set(id, state);
  return state;
}
