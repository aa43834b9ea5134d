/** Follows a run on a server by asking for it again and again, also across a restart of the server. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunResource } from '../../core/api/runs.ts';
import { finalPhases } from '../../core/run/run.ts';
import type { ApiClient } from '../client/api-client.ts';
import { retrying } from '../client/retry.ts';
import type { RunProgress } from '../progress/progress.ts';

const POLL_MS = 500;
/** Live numbers are new once a second. */
const POLL_RUNNING_MS = 1_000;
const GIVE_UP_AFTER_MS = 180_000;

export interface FollowOptions {
  onProgress(progress: RunProgress): void;
  /** Is told of trouble that may pass. */
  onTrouble(words: string): void;
  signal?: AbortSignal;
}

/** Resolves when the run is in a final phase, or as it is when `signal` aborts. */
export async function followRun(client: ApiClient, runId: string, options: FollowOptions): Promise<RunResource> {
  const { signal } = options;
  const retry = {
    giveUpAfterMs: GIVE_UP_AFTER_MS,
    onTrouble: ({ message }: Error) => options.onTrouble(`${message} Trying again; the run goes on meanwhile.`),
    ...(signal === undefined ? {} : { signal }),
  };
  for (;;) {
    const run = await retrying(() => client.getRun(runId), retry);
    options.onProgress(progressOf(run, Date.now() + client.clockDifferenceMs()));
    if (finalPhases.has(run.phase) || signal?.aborted) return run;
    const waitMs = run.phase === 'running' ? POLL_RUNNING_MS : POLL_MS;
    await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

/** `nowMs`: of the server's clock. */
export function progressOf(run: RunResource, nowMs: number): RunProgress {
  const { live } = run;
  return {
    scenario: run.scenarioName,
    phase: run.phase,
    tasksPlanned: run.regions.reduce((sum, { tasks }) => sum + tasks, 0),
    tasksReady: live?.tasksReady ?? null,
    tasksDelivered: null,
    waitingFor: waitingFor(run),
    elapsedSeconds: run.goAt === null ? null : (nowMs - Date.parse(run.goAt)) / 1000,
    plannedSeconds: run.durationSeconds,
    live,
    requestsSoFar: live?.requests ?? 0,
    failuresSoFar: live?.failures ?? 0,
  };
}

function waitingFor({ queue }: RunResource): string | null {
  if (queue === null) return null;
  return queue.position > 1 ? `the ${queue.position} runs before it` : queue.waitingFor;
}
