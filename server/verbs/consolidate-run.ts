/** Puts a run's report together from its folded series and its tasks' results, and stores it in the run folder. */

import type { CriterionOutcome } from '../../core/criteria/criterion.ts';
import { CriteriaEvaluator } from '../../core/criteria/evaluate.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import { buildReport, type ReportTask } from '../../core/report/build-report.ts';
import type { Report } from '../../core/report/report.ts';
import type { Run } from '../../core/run/run.ts';
import { plannedTasks, taskName } from '../../core/run/tasks.ts';
import { type Done, doneSchema, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { SeriesTotals } from '../../core/statistics/series.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { totalOfWindow, type Window } from '../../core/statistics/window.ts';
import { measureFolded } from '../folding/measure-folded.ts';
import { RolledSeriesWriter } from '../folding/rolled-series.ts';
import { foldWholeSeries, type SeriesPart } from '../folding/whole-series.ts';
import type { Ports } from '../ports/ports.ts';
import type { RunMeasurement } from '../ports/run-metrics.ts';
import { inParallel } from '../run-folder/in-parallel.ts';
import { readJson, toJson } from '../run-folder/run-folder.ts';
import type { RunMemory } from './run-memory.ts';

/** Objects that are read at once. */
const READ_AT_ONCE = 32;
/** Damaged segments that a remark names; the log names all. */
const NAMED_IN_REMARK = 5;

/**
 * Folds what is not folded yet, adds up the series, judges the criteria on all of it, and writes `report.json`. A report that is there
 * already stays. What lost tasks had delivered of the series is in.
 */
export async function consolidateRun(
  ports: Pick<Ports, 'taskResults' | 'runMetrics' | 'log'>,
  { run, memory, status }: { run: Run; memory: RunMemory; status: Report['status'] },
): Promise<void> {
  const { folder, plan } = memory;
  const results = new Map((await ports.taskResults.list(run.id)).map((result) => [taskName(result), result.done]));
  const measured: RunMeasurement[] = [];
  const { index: firstUntold } = memory.folding.state();
  const { totals, criteria, remarks } = await addUpSeries(ports, memory, results, (part) => {
    // What lies before was told when it was folded.
    if (ports.runMetrics === undefined || run.goAtMs === null || part.index < firstUntold) return;
    measured.push(...measureFolded({ id: run.id, goAtMs: run.goAtMs }, part.regions));
  });
  const report = buildReport({
    plan,
    status,
    reason: run.reason,
    remarks,
    startedAtMs: run.goAtMs ?? run.createdAtMs,
    endedAtMs: run.phaseSinceMs,
    total: totals.total(),
    regions: totals.regions,
    labels: totals.labels,
    requestsOfTask: totals.requestsOfTask,
    tasks: await reportTasks(run, memory, results),
    criteria,
  });
  const stored = await folder.putIfAbsent(runFolderPaths.report, toJson(report));
  if (!stored) return;
  ports.runMetrics?.report(measured);
  ports.log('info', 'the report is stored', { runId: run.id, status, verdict: report.verdict });
}

async function addUpSeries(
  { log }: Pick<Ports, 'log'>,
  { folder, plan }: RunMemory,
  results: ReadonlyMap<string, Done>,
  onPart: (part: SeriesPart) => void,
): Promise<{ totals: SeriesTotals; criteria: CriterionOutcome[]; remarks: string[] }> {
  const segmentsOf = (id: TaskId) => results.get(taskName(id))?.segments ?? null;
  const totals = new SeriesTotals();
  const evaluator = new CriteriaEvaluator(plan.criteria, plan.flows);
  const regions = plan.regions.map(({ name }) => name);
  const rolled = new RolledSeriesWriter(folder, regions);
  const total = new Statistics();
  const damaged: string[] = [];
  for await (const part of foldWholeSeries(folder, plan, log, segmentsOf)) {
    for (const id of part.damaged) damaged.push(runFolderPaths.segment(id, part.index));
    const segments = part.regions.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
    const onWindow = (window: Window): void => {
      rolled.addWindow(window);
      if (plan.criteria.length > 0) evaluator.second(window.second, totalOfWindow(window, total), window.labels);
    };
    totals.add(segments, { onWindow });
    await rolled.addSegments(part.regions);
    onPart(part);
  }
  await rolled.finish();
  return { totals, criteria: evaluator.finish(), remarks: damageRemarks(damaged) };
}

function damageRemarks(damaged: readonly string[]): string[] {
  if (damaged.length === 0) return [];
  const named = damaged.slice(0, NAMED_IN_REMARK).join(', ');
  const more = damaged.length > NAMED_IN_REMARK ? ', ...' : '';
  return [`${damaged.length} segments cannot be read, and what they held is not in the numbers: ${named}${more}.`];
}

async function reportTasks(run: Run, { folder }: RunMemory, results: ReadonlyMap<string, Done>): Promise<ReportTask[]> {
  const lostReasons = new Map(run.lostTasks.map((task) => [taskName(task), task.reason]));
  const tasks = plannedTasks(run.regions).map((id): ReportTask => {
    const name = taskName(id);
    return { ...id, done: results.get(name) ?? null, lostReason: lostReasons.get(name) ?? null };
  });
  const unexplained = tasks.filter(({ done, lostReason }) => done === null && lostReason !== null);
  await inParallel(unexplained, READ_AT_ONCE, async (task) => {
    task.done = await readJson(folder, runFolderPaths.done(task), doneSchema).catch(() => null);
  });
  return tasks;
}
