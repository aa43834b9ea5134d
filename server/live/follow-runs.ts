/** Follows all runs that run: for whoever asks what one does now, and for those who watch one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunLive } from '../../core/api/runs.ts';
import type { Run } from '../../core/run/run.ts';
import { plannedTasks } from '../../core/run/tasks.ts';
import type { LiveWindow } from '../../core/run-folder/window-line.ts';
import type { Ports } from '../ports/ports.ts';
import type { HubRun } from './live-hub.ts';
import { LiveMerge } from './live-merge.ts';
import { LogTail } from './log-tail.ts';
import { followTask } from './watch-run.ts';

const INTERVAL_MS = 1_000;
/** What somebody watches is looked at more often: what they see is late by it. */
const WATCHED_INTERVAL_MS = 200;

type FollowPorts = Pick<Ports, 'runs' | 'taskLogs' | 'log'>;

export interface FollowedRuns {
  /** What is known of a run now; null when it does not run, or before its first second. */
  liveOf(runId: string): RunLive | null;
  /** Resolves when it follows no more. */
  stop(): Promise<void>;
}

/** Who watches runs. */
export interface RunWatchers {
  isWatched(runId: string): boolean;
  /** Takes each window that a task prints. */
  add(run: HubRun, window: LiveWindow): void;
  /** Is called after each look. */
  flush(): void;
  /** No more windows of the run will come. */
  end(runId: string): void;
}

interface Followed {
  run: HubRun;
  merge: LiveMerge;
  tails: LogTail[];
}

/** `tasksReadyOf`: as the run's last tick has seen it. */
export function followRuns(
  ports: FollowPorts,
  tasksReadyOf: (runId: string) => number,
  watchers?: RunWatchers,
): FollowedRuns {
  const followed = new Map<string, Followed>();
  const stopped = new AbortController();
  const ended = followUntil(stopped.signal, ports, followed, watchers ?? null);
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
async function followUntil(
  signal: AbortSignal,
  ports: FollowPorts,
  followed: Map<string, Followed>,
  watchers: RunWatchers | null,
): Promise<void> {
  let allAtMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const lookAtAll = performance.now() - allAtMs >= INTERVAL_MS;
    if (lookAtAll) allAtMs = performance.now();
    try {
      if (lookAtAll) await findRuns(ports, followed, watchers);
      const looked = [...followed.values()].filter(({ run }) => lookAtAll || watchers?.isWatched(run.id));
      await Promise.all(looked.map((one) => look(ports, one, watchers)));
      watchers?.flush();
    } catch (error) {
      ports.log('warn', 'runs cannot be followed for now', { error: (error as Error).message });
    }
    const pauseMs = watchers === null ? INTERVAL_MS : WATCHED_INTERVAL_MS;
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** Begins with those that have begun; of those that have ended, what they said last is taken. */
async function findRuns(
  ports: FollowPorts,
  followed: Map<string, Followed>,
  watchers: RunWatchers | null,
): Promise<void> {
  const running = (await ports.runs.listUnfinished()).filter(
    ({ phase, goAtMs }) => goAtMs !== null && (phase === 'running' || phase === 'cancelling'),
  );
  const ids = new Set(running.map(({ id }) => id));
  for (const [id, one] of followed) {
    if (ids.has(id)) continue;
    if (watchers !== null) await look(ports, one, watchers);
    watchers?.end(id);
    followed.delete(id);
  }
  for (const run of running) if (!followed.has(run.id)) followed.set(run.id, begin(ports, run));
}

async function look(ports: FollowPorts, { merge, run, tails }: Followed, watchers: RunWatchers | null): Promise<void> {
  const take = (window: LiveWindow) => {
    merge.add(window);
    watchers?.add(run, window);
  };
  await Promise.all(tails.map((tail) => followTask(ports, tail, take)));
}

function begin({ taskLogs }: FollowPorts, { id, goAtMs, regions }: Run): Followed {
  const tails = plannedTasks(regions).map((task) => new LogTail(taskLogs, id, task));
  return { run: { id, goAtMs: goAtMs ?? 0, regions }, merge: new LiveMerge(), tails };
}
