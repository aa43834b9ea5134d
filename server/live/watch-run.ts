/** Tells of a run's progress until it ends: its phase, its tasks, and what they say while they run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { finalPhases, type Phase, type Run } from '../../core/run/run.ts';
import { plannedTasks } from '../../core/run/tasks.ts';
import { type LiveWindow, parseWindowLine } from '../../core/run-folder/window-line.ts';
import type { Ports } from '../ports/ports.ts';
import { readRun } from '../verbs/read-run.ts';
import type { Tick } from '../verbs/tick-run.ts';
import { LiveMerge, type LiveSnapshot } from './live-merge.ts';
import { LogTail } from './log-tail.ts';

const INTERVAL_MS = 250;

export interface RunProgress {
  scenario: string;
  phase: Phase;
  tasksPlanned: number;
  tasksReady: number;
  tasksDelivered: number;
  /** Seconds from go; negative while go lies ahead, null until it was decided. */
  elapsedSeconds: number | null;
  /** Seconds of load; null when only iterations end it. */
  plannedSeconds: number | null;
  /** Null until the first second was told of. */
  live: LiveSnapshot | null;
  /** Of all seconds told of so far. Live data is lossy: the report has the truth. */
  requestsSoFar: number;
  failuresSoFar: number;
}

/** Resolves with the run's row when it is final, of which `onProgress` is told too, or when `signal` is aborted. Throws `not_found`. */
export async function watchRun(
  ports: Pick<Ports, 'runs' | 'taskLogs' | 'nowMs' | 'log'>,
  input: {
    runId: string;
    plannedSeconds: number | null;
    lastTick: () => Tick | null;
    signal: AbortSignal;
    onProgress: (progress: RunProgress) => void;
  },
): Promise<Run> {
  const merge = new LiveMerge();
  const first = await readRun(ports, input);
  const planned = plannedTasks(first.regions);
  const tails = planned.map((id) => new LogTail(ports.taskLogs, input.runId, id));
  for (;;) {
    const run = await readRun(ports, input);
    const isFinal = finalPhases.has(run.phase);
    if (run.goAtMs !== null && !isFinal)
      await Promise.all(tails.map((tail) => followTask(ports, tail, (window) => merge.add(window))));
    const tick = input.lastTick();
    input.onProgress({
      scenario: run.scenarioName,
      phase: run.phase,
      tasksPlanned: planned.length,
      tasksReady: tick?.tasksReady ?? 0,
      tasksDelivered: tick?.tasksDelivered ?? 0,
      elapsedSeconds: run.goAtMs === null ? null : (ports.nowMs() - run.goAtMs) / 1000,
      plannedSeconds: input.plannedSeconds,
      live: merge.newest(),
      requestsSoFar: merge.requests,
      failuresSoFar: merge.failures,
    });
    if (!isFinal) await sleep(INTERVAL_MS, undefined, { signal: input.signal }).catch(() => {});
    if (isFinal || input.signal.aborted) return run;
  }
}

/** Live data may be missed, never the end of the run. */
export async function followTask(
  { log }: Pick<Ports, 'log'>,
  tail: LogTail,
  take: (window: LiveWindow) => void,
): Promise<void> {
  try {
    for (const line of await tail.next()) {
      const window = parseWindowLine(line);
      if (window !== null) take(window);
    }
  } catch (error) {
    log('warn', "a task's log cannot be followed", { error: (error as Error).message });
  }
}
