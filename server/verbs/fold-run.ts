/** Folds a run's segments as they land, and judges the criteria on them. */
import type { RunLive } from '../../core/api/runs.ts';
import type { Observation, TaskObservation } from '../../core/run/observation.ts';
import { sparingSegmentsMax } from '../../core/run/pace.ts';
import type { Run } from '../../core/run/run.ts';
import { plannedTasks, taskName } from '../../core/run/tasks.ts';
import { type FoldedPart, measureFolded } from '../folding/measure-folded.ts';
import type { Ports } from '../ports/ports.ts';
import type { RunMeasurement } from '../ports/run-metrics.ts';
import type { RunMemory } from './run-memory.ts';

/** What folding may take of a tick, which has the lease to renew: after an outage there may be much to catch up with. */
const FOLDING_MS_MAX = 10_000;

/**
 * Returns the first criterion that wants the run stopped. Never throws: trouble with the series must not keep a tick from renewing the
 * tasks' lease, and what could not be folded now is folded later, at the latest with the report.
 */
export async function foldRun(
  { nowMs, log, runMetrics }: Pick<Ports, 'nowMs' | 'log' | 'runMetrics'>,
  { run, memory, tasks }: { run: Run; memory: RunMemory; tasks: readonly TaskObservation[] },
): Promise<Observation['stopCriterion']> {
  const { goAtMs, phase } = run;
  if (goAtMs === null || (phase !== 'running' && phase !== 'cancelling')) return null;
  const sources = tasks.map(({ process, region, task }) => {
    const result = memory.results.get(taskName({ region, task }));
    const segments = result?.state === 'parsed' ? result.segments : null;
    return { id: { region, task }, mayWrite: process === 'running', segments };
  });
  const measure = (part: FoldedPart): void => {
    const measured = measureFolded({ id: run.id, goAtMs }, part);
    memory.unreported.push(...measured);
    const all = measured.find(({ region }) => region === null);
    if (all !== undefined)
      memory.live = goOn(memory, run, { ...all, endSecond: Math.round((all.atMs - goAtMs) / 1000) });
  };
  try {
    const startedMs = nowMs();
    const isTimeUp = () => nowMs() - startedMs > FOLDING_MS_MAX;
    // One that forgets has a platform where ticks are to be short.
    const bound = memory.outlivesTick ? {} : { segmentsMax: sparingSegmentsMax(run, memory.plan) };
    const moment = { goAtMs, nowMs: startedMs, sources, isTimeUp, ...bound };
    const stopCriterion = await memory.folding.advance(moment, runMetrics === undefined ? undefined : measure);
    if (!memory.outlivesTick) await memory.folding.storeOpen();
    return stopCriterion;
  } catch (error) {
    log('warn', 'segments could not be folded for now', { runId: run.id, error: (error as Error).message });
    return null;
  }
}

/** What the run does, with one more part of it. */
function goOn(
  { live, plan: { segmentSeconds } }: RunMemory,
  { regions }: Run,
  { endSecond, failures, requests, responseTimeMs, users }: RunMeasurement & { endSecond: number },
): RunLive {
  return {
    second: endSecond - 1,
    users,
    requests: (live?.requests ?? 0) + requests,
    failures: (live?.failures ?? 0) + failures,
    requestsPerSecond: requests / (endSecond % segmentSeconds || segmentSeconds),
    p95Ms: responseTimeMs?.p95 ?? 0,
    // Or the load would not have begun.
    tasksReady: plannedTasks(regions).length,
  };
}
