/** What the report says of a load generator, and whether its numbers can be trusted. */
import type { Plan, TaskId } from '../plan/plan.ts';
import type { Done } from '../run-folder/run-folder.ts';
import type { Step } from '../scenario/steps.ts';
import { walkSteps } from '../scenario/walk-steps.ts';
import type { GeneratorReport } from './report.ts';

/** A generator whose starts were later than this, by its own doing, was too busy to measure. */
export const GENERATOR_LATENESS_P99_MS_MAX = 10;
/** So many seconds on end with the CPU above 95 % make a generator too busy to measure. */
export const GENERATOR_SATURATED_SECONDS = 10;

const noQuantiles = { p50: 0, p99: 0, max: 0 };

/** One task at the end of a run. */
export interface ReportTask extends TaskId {
  /** Its `done.json`; null when that never landed. */
  done: Done | null;
  /** Why it was given up; null when it delivered its result. */
  lostReason: string | null;
}

/**
 * Whether users start their next request as soon as the last one has ended: then they take all the CPU they get, and that is no fault. Whether
 * the users of a script pause is not known: only where a rate is asked for must the CPU suffice.
 */
export function isClosedWithoutThinkTime(plan: Plan): boolean {
  if (plan.taurus !== null) {
    return plan.taurus.executions.every(
      ({ load, shape }) => shape.unit === 'users' && (load?.throughput ?? null) === null,
    );
  }
  return plan.executions.every(({ load, flow }) => {
    return load.model === 'closed' && ![...walkSteps(plan.flows[flow]?.steps ?? [])].some(({ step }) => isPause(step));
  });
}

function isPause(step: Step): boolean {
  if (step.kind === 'action') return step.action === 'pause' && step.pauseSeconds > 0;
  return step.kind === 'request' && !(step.thinkTime.kind === 'constant' && step.thinkTime.seconds === 0);
}

/** Why a generator was unhealthy; empty when it was not. */
export function unhealthyBecause(done: Done, saturationIsNoFault: boolean): string[] {
  const { startLatenessMs, cpuSaturatedSecondsMax } = done.health;
  const reasons: string[] = [];
  if (startLatenessMs.p99 > GENERATOR_LATENESS_P99_MS_MAX) {
    reasons.push(
      `it began requests late by its own doing: p99 ${startLatenessMs.p99.toFixed(1)} ms, above ${GENERATOR_LATENESS_P99_MS_MAX} ms`,
    );
  }
  if (cpuSaturatedSecondsMax >= GENERATOR_SATURATED_SECONDS && !saturationIsNoFault) {
    reasons.push(`its CPU was above 95 % for ${Math.round(cpuSaturatedSecondsMax)} s on end`);
  }
  return reasons;
}

/** True when the task's result is in. */
export function isDelivered(task: ReportTask): boolean {
  return task.lostReason === null && task.done !== null;
}

/** The report's row of a generator. One that was lost without a word is not healthy. */
export function generatorReport(task: ReportTask, saturationIsNoFault: boolean): GeneratorReport {
  const { region, task: number, done } = task;
  const delivered = isDelivered(task);
  const unhealthy = done === null ? [] : unhealthyBecause(done, saturationIsNoFault);
  const remarks = [...unhealthy];
  if (!delivered) remarks.unshift(`lost: ${task.lostReason ?? 'it left no result'}`);
  // What it was lost by is not said twice.
  const isSaid = (remark: string): boolean => task.lostReason !== null && remark.endsWith(task.lostReason);
  if (done !== null) remarks.push(...remarksOnEnd(done).filter((remark) => !isSaid(remark)));
  if (done !== null && saturationIsNoFault && done.health.cpuSaturatedSecondsMax >= GENERATOR_SATURATED_SECONDS) {
    remarks.push(
      `its CPU was above 95 % for ${Math.round(done.health.cpuSaturatedSecondsMax)} s on end: without think time ` +
        'users are as fast as the generator; more tasks may give more load',
    );
  }
  const health = done?.health;
  return {
    region,
    task: number,
    state: delivered ? 'delivered' : 'lost',
    healthy: done !== null && unhealthy.length === 0,
    remarks,
    cpuPercentMax: health?.cpuPercentMax ?? 0,
    cpuPercentMean: health?.cpuPercentMean ?? 0,
    eventLoopLagMs: health?.eventLoopLagMs ?? noQuantiles,
    startLatenessMs: health?.startLatenessMs ?? noQuantiles,
    startSkewMs: health?.startSkewMs ?? 0,
    memoryBytesMax: health?.memoryBytesMax ?? 0,
  };
}

function remarksOnEnd({ exit, error }: Done): string[] {
  switch (exit) {
    case 'completed':
      return [];
    case 'stopped':
      return ['it was stopped before it had done its share'];
    case 'lease-expired':
      return ['it lost touch with the control plane and stopped its load'];
    case 'failed':
      return [`it failed: ${error ?? 'for an unknown reason'}`];
  }
}
