/** How soon a run deserves to be looked at again: what a tick costs differs between platforms, what is gained by it does not. */
import type { Plan } from '../plan/plan.ts';
import type { Run } from './run.ts';

/** What of a run its pace depends on. */
export type PacedRun = Pick<Run, 'phase' | 'regions' | 'durationSeconds' | 'goAtMs' | 'stopAtMs' | 'reportAttempts'>;

/** Milliseconds from now until the next tick of a run in this state. */
export type Pace = (run: PacedRun, plan: Pick<Plan, 'segmentSeconds' | 'criteria'>, nowMs: number) => number;

/** Where looking costs next to nothing: tasks are processes of this machine, or of its neighbours. */
export const quickPaceMs: Pace = (run, _plan, nowMs) => {
  switch (run.phase) {
    case 'parsing results':
      // The first tries come at once; when they keep failing, something must get well first.
      return Math.min(16_000, 2 ** Math.max(0, run.reportAttempts - 1) * 50);
    case 'cleaning up':
      return 50;
    case 'queued':
      return 500;
    case 'running':
      return run.stopAtMs === null && !isLoadOver(run, nowMs) ? 500 : 250;
    default:
      return 250;
  }
};

/** Waits between looks that cost something. Three of the longest must fit into the lease of tasks. */
export const SPARING_SECONDS = { min: 3, usual: 5, max: 30 } as const;
/** A wait is this part of the time since the load began, or from now to its end: what is about to change is looked at more often. */
const WAIT_PART = 1 / 20;
/** Tasks that a second's wait lets be asked about, and segments that a tick should have to fold: so many take about a second. */
const TASKS_PER_SECOND = 200;
const SEGMENTS_PER_TICK = 200;
/** A tick may fold so much more than falls due in the wait before it: it takes time itself, and what was held up is caught up with. */
const CATCHING_UP = 1.25;

/**
 * Where each look costs calls to services, and each of them money: seconds while something is about to change, half a minute in the middle
 * of a long run, less for one of very many tasks, whose segments a tick could not fold in time, and for one that a criterion may stop.
 */
export const sparingPaceMs: Pace = (run, plan, nowMs) => 1000 * Math.ceil(sparingSeconds(run, plan, nowMs));

/** Segments that a tick at the sparing pace folds at most; the next one goes on. */
export function sparingSegmentsMax(
  { regions }: Pick<Run, 'regions'>,
  { segmentSeconds }: Pick<Plan, 'segmentSeconds'>,
): number {
  const tasks = tasksOf(regions);
  const due = (tasks * shortestSeconds(tasks, SPARING_SECONDS.usual)) / segmentSeconds;
  return Math.max(SEGMENTS_PER_TICK, Math.ceil(CATCHING_UP * due));
}

function tasksOf(regions: Run['regions']): number {
  return regions.reduce((sum, region) => sum + region.tasks, 0);
}

function shortestSeconds(tasks: number, seconds: number): number {
  return clamp(tasks / TASKS_PER_SECOND, seconds, SPARING_SECONDS.max);
}

function sparingSeconds(run: PacedRun, plan: Parameters<Pace>[1], nowMs: number): number {
  const tasks = tasksOf(run.regions);
  const atLeast = (seconds: number) => shortestSeconds(tasks, seconds);
  switch (run.phase) {
    case 'parsing results':
      return run.reportAttempts === 0 ? 1 : Math.min(60, 2 ** (run.reportAttempts - 1));
    case 'queued':
    case 'provisioning':
      return atLeast(SPARING_SECONDS.usual);
    case 'running':
      return run.stopAtMs === null
        ? secondsUnderLoad(run, plan, nowMs, { tasks, shortest: atLeast(SPARING_SECONDS.usual) })
        : atLeast(SPARING_SECONDS.min);
    default:
      return atLeast(SPARING_SECONDS.min);
  }
}

function secondsUnderLoad(
  { durationSeconds, goAtMs }: PacedRun,
  { criteria, segmentSeconds }: Parameters<Pace>[1],
  nowMs: number,
  { shortest, tasks }: { shortest: number; tasks: number },
): number {
  const since = goAtMs === null ? 0 : (nowMs - goAtMs) / 1000;
  const untilEnd = durationSeconds === null ? Number.POSITIVE_INFINITY : durationSeconds - since;
  const foldable = Math.max(shortest, (SEGMENTS_PER_TICK * segmentSeconds) / (CATCHING_UP * tasks));
  const mayStop = criteria.some(({ stop, timeframeSeconds }) => stop && timeframeSeconds !== null);
  const longest = Math.min(SPARING_SECONDS.max, foldable, mayStop ? Math.max(shortest, segmentSeconds) : Infinity);
  const wait = clamp(Math.min(since, Math.abs(untilEnd)) * WAIT_PART, shortest, longest);
  // Results are there a moment after the end; before it there is nothing to be seen.
  return untilEnd > 0 ? Math.min(wait, untilEnd + 2) : wait;
}

function isLoadOver({ durationSeconds, goAtMs }: PacedRun, nowMs: number): boolean {
  return goAtMs !== null && durationSeconds !== null && nowMs >= goAtMs + durationSeconds * 1000;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
