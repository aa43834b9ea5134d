/** Puts a run's report together from merged statistics. docs/report.md defines each field. */
import type { Criterion, CriterionOutcome } from '../criteria/criterion.ts';
import { limits, OTHER_LABEL } from '../limits.ts';
import type { Plan } from '../plan/plan.ts';
import { taskName } from '../run/tasks.ts';
import type { Statistics } from '../statistics/statistics.ts';
import {
  generatorReport,
  isClosedWithoutThinkTime,
  isDelivered,
  type ReportTask,
  unhealthyBecause,
} from './generator-report.ts';
import { type CriterionReport, REPORT_SCHEMA, type Report } from './report.ts';
import { summarize } from './summarize.ts';

export type { ReportTask } from './generator-report.ts';

/** Tasks that a remark names; the others are in `generators`. */
const NAMED_IN_REMARK = 3;

export interface ReportInput {
  plan: Plan;
  status: Report['status'];
  /** Why the run failed, was cancelled or stopped early, for people; null when it just completed. */
  reason: string | null;
  /** More that a reader must know, such as segments that could not be read. */
  remarks?: readonly string[];
  /** Go; or the start of the run, when it never came to go. */
  startedAtMs: number;
  endedAtMs: number;
  total: Statistics;
  regions: ReadonlyMap<string, Statistics>;
  labels: ReadonlyMap<string, Statistics>;
  /** Requests of each task in the merged series, by `taskName`. */
  requestsOfTask: ReadonlyMap<string, number>;
  /** Every task that was started, in any order. */
  tasks: readonly ReportTask[];
  criteria: readonly CriterionOutcome[];
}

/** The report; deterministic for the same input. */
export function buildReport(input: ReportInput): Report {
  const { plan, total } = input;
  const saturationIsNoFault = isClosedWithoutThinkTime(plan);
  const regionOrder = plan.regions.map(({ name }) => name);
  const tasks = [...input.tasks].sort(
    (one, other) => regionOrder.indexOf(one.region) - regionOrder.indexOf(other.region) || one.task - other.task,
  );
  const delivered = tasks.filter(isDelivered);
  const planned = plan.regions.reduce((sum, region) => sum + region.tasks, 0);
  const invalid = [...unhealthyRemarks(tasks, saturationIsNoFault), ...countRemarks(input, delivered)];
  const scriptRemarks = ownCriteriaRemarks(delivered);
  const durationSeconds = total.lastEndedUs / 1e6;
  return {
    schema: REPORT_SCHEMA,
    runId: plan.runId,
    scenario: plan.scenarioName,
    status: input.status,
    verdict: verdictOf(input, invalid.length > 0, scriptRemarks.length > 0),
    remarks: [
      ...(input.reason === null ? [] : [input.reason]),
      ...invalid,
      ...scriptRemarks,
      ...lostRemarks(input, tasks),
      ...cutShortRemarks(delivered),
      ...limitRemarks(input),
      ...(input.remarks ?? []),
    ],
    partial:
      input.status !== 'complete' ||
      delivered.length < planned ||
      delivered.some(({ done }) => done?.exit !== 'completed'),
    tasksPlanned: planned,
    tasksDelivered: delivered.length,
    tasksLost: tasks.length - delivered.length,
    startedAt: new Date(input.startedAtMs).toISOString(),
    endedAt: new Date(input.endedAtMs).toISOString(),
    durationSeconds,
    total: summarize(total),
    regions: Object.fromEntries(
      regionOrder.flatMap((name) => {
        const statistics = input.regions.get(name);
        return statistics === undefined ? [] : [[name, summarize(statistics)]];
      }),
    ),
    // The labels' rates are over the whole run's time, so that they add up to the total's.
    labels: [...input.labels.keys()]
      .sort()
      .map((label) => ({ label, ...summarize(input.labels.get(label)!, durationSeconds) })),
    generators: tasks.map((task) => generatorReport(task, saturationIsNoFault)),
    criteria: input.criteria.map(criterionReport),
  };
}

function verdictOf({ criteria, total }: ReportInput, invalid: boolean, scriptFailed: boolean): Report['verdict'] {
  if (invalid) return 'invalid';
  if (scriptFailed) return 'failed';
  if (criteria.some(({ criterion, triggered }) => triggered && criterion.fail)) return 'failed';
  return criteria.length === 0 || total.requests === 0 ? 'none' : 'passed';
}

function criterionReport({ criterion, triggered, triggeredAtSecond, value }: CriterionOutcome): CriterionReport {
  const { message, subject, label, threshold, fail } = criterion;
  return {
    message,
    subject,
    label,
    triggered,
    triggeredAtSecond,
    value,
    threshold,
    unit: unitOf(criterion),
    passed: !(triggered && fail),
  };
}

function unitOf({ subject, percentage }: Criterion): CriterionReport['unit'] {
  if (percentage) return 'percent';
  if (subject === 'bytes') return 'bytes';
  return /^(?:avg-|stdev-|p\d)/.test(subject) ? 'seconds' : 'count';
}

/** Names the first few of many. */
function listed(items: readonly string[]): string {
  const rest = items.length - NAMED_IN_REMARK;
  const named = items.slice(0, NAMED_IN_REMARK).join('; ');
  return rest > 0 ? `${named}; and ${rest} more` : named;
}

function unhealthyRemarks(tasks: readonly ReportTask[], saturationIsNoFault: boolean): string[] {
  const unhealthy = tasks.flatMap((task) => {
    const reasons = task.done === null ? [] : unhealthyBecause(task.done, saturationIsNoFault);
    return reasons.length === 0 ? [] : [`${taskName(task)}: ${reasons.join(', and ')}`];
  });
  if (unhealthy.length === 0) return [];
  const number = unhealthy.length === 1 ? '1 generator was' : `${unhealthy.length} generators were`;
  return [
    `Invalid: ${number} too busy, so that the numbers tell about the load generators and not about the target alone. ` +
      `${listed(unhealthy)}. Use more tasks, or less load.`,
  ];
}

/** Numbers that do not add up are no numbers. */
function countRemarks(input: ReportInput, delivered: readonly ReportTask[]): string[] {
  const remarks: string[] = [];
  const differing = delivered.flatMap((task) => {
    const own = task.done?.requests ?? 0;
    const merged = input.requestsOfTask.get(taskName(task)) ?? 0;
    return own === merged ? [] : [`${taskName(task)} counted ${own}, its series holds ${merged}`];
  });
  if (differing.length > 0) {
    remarks.push(
      `Invalid: the merged series does not hold the requests that the tasks counted themselves. ${listed(differing)}.`,
    );
  }
  const { requests } = input.total;
  const sums = {
    tasks: sumOf(input.requestsOfTask.values()),
    regions: sumOf([...input.regions.values()].map((statistics) => statistics.requests)),
    labels: sumOf([...input.labels.values()].map((statistics) => statistics.requests)),
  };
  for (const [parts, sum] of Object.entries(sums)) {
    if (sum !== requests) {
      remarks.push(`Invalid: the ${parts} have ${sum} requests together, and the total ${requests}.`);
    }
  }
  return remarks;
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function lostRemarks(input: ReportInput, tasks: readonly ReportTask[]): string[] {
  const lost = tasks.filter((task) => !isDelivered(task));
  if (lost.length === 0) return [];
  const requests = sumOf(lost.map((task) => input.requestsOfTask.get(taskName(task)) ?? 0));
  const reasons = lost.map(
    (task) => `${taskName(task)}: ${(task.lostReason ?? 'it left no result').replace(/\.$/, '')}`,
  );
  const kept =
    requests === 0
      ? 'nothing of theirs is in the numbers'
      : `the ${requests} requests that they had delivered by then are in the numbers, the rest is not`;
  return [
    `${lost.length} of ${tasks.length} tasks ${lost.length === 1 ? 'was' : 'were'} lost; ${kept}. ${listed(reasons)}.`,
  ];
}

/** Criteria that scripts bring along: each task judges its own share. */
function ownCriteriaRemarks(delivered: readonly ReportTask[]): string[] {
  const failed = delivered.flatMap((task) => {
    const criterion = task.done?.failedCriterion;
    return criterion === undefined ? [] : [`${taskName(task)}: ${criterion.replace(/\.$/, '')}`];
  });
  return failed.length === 0 ? [] : [`Failed: the script's own criteria were not met. ${listed(failed)}.`];
}

function cutShortRemarks(delivered: readonly ReportTask[]): string[] {
  const ends = { 'lease-expired': 'lost touch with the control plane', failed: 'failed', stopped: 'were stopped' };
  return Object.entries(ends).flatMap(([exit, what]) => {
    const names = delivered.filter(({ done }) => done?.exit === exit).map(taskName);
    return names.length === 0 ? [] : [`Tasks that ${what} before they had done their share: ${listed(names)}.`];
  });
}

function limitRemarks({ labels }: ReportInput): string[] {
  const others = labels.get(OTHER_LABEL);
  if (others === undefined) return [];
  return [
    `There were more than ${limits.labelsMax} labels: ${others.requests} requests are counted under ${OTHER_LABEL}.`,
  ];
}
