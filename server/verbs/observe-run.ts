/** Looks at everything outside that matters to a run: its tasks, what they left in the run folder, its orders, its report. */
import { type Report, reportSchema } from '../../core/report/report.ts';
import { lostNames } from '../../core/run/account-for-tasks.ts';
import type { Observation, ReportedEnd, TaskObservation } from '../../core/run/observation.ts';
import type { Run, RunSummary } from '../../core/run/run.ts';
import { plannedTasks, regionNames, taskName } from '../../core/run/tasks.ts';
import { damagedSchema, doneSchema, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { readRolledIndex } from '../folding/rolled-series.ts';
import type { LaunchedTask } from '../ports/launcher.ts';
import type { Ports } from '../ports/ports.ts';
import { readControl } from '../run-folder/control-file.ts';
import { inParallel } from '../run-folder/in-parallel.ts';
import { readJson } from '../run-folder/run-folder.ts';
import { foldRun } from './fold-run.ts';
import { type RunMemory, recallRows } from './run-memory.ts';

type ObservePorts = Pick<Ports, 'objects' | 'launcher' | 'taskResults' | 'runMetrics' | 'nowMs' | 'log'>;

/** Objects that are read at once. */
const READ_AT_ONCE = 32;

/** Also folds the segments that have landed, since criteria are judged on them. */
export async function observeRun(
  ports: ObservePorts,
  { run, memory }: { run: Run; memory: RunMemory },
): Promise<Observation> {
  const launched = await ports.launcher.observe(run.id, regionNames(run));
  const processes = new Map(launched.map((task) => [taskName(task), task]));
  // After the processes: what a task wrote before it was seen to have ended must be seen too.
  const [control] = await Promise.all([
    readControl(ports, run.id),
    run.phase === 'provisioning' ? lookForReady(run, memory) : null,
    lookForResults(run, memory),
  ]);
  if ([...memory.landedAtMs.keys()].some((name) => !memory.results.has(name))) await recallRows(ports, memory);
  await lookForFailures(run, memory, launched);
  const tasks = plannedTasks(run.regions).map((id): TaskObservation => {
    const name = taskName(id);
    const process = processes.get(name);
    const result = memory.results.get(name);
    return {
      ...id,
      process: process?.state ?? 'absent',
      endedBecause: process?.endedBecause ?? null,
      ready: memory.ready.has(name),
      result: result?.state ?? (memory.landedAtMs.has(name) ? 'landed' : 'none'),
      exit: result?.state === 'parsed' ? result.exit : null,
      error: result?.error ?? memory.failures.get(name) ?? null,
    };
  });
  return {
    tasks,
    control,
    stopCriterion: await foldRun(ports, { run, memory, tasks }),
    launchError: memory.launchError,
    launchWaitsFor: memory.launchWaitsFor,
    report: run.phase === 'parsing results' ? await readReportedEnd(ports, { run, memory }) : null,
  };
}

async function lookForReady(run: Run, { folder, ready }: RunMemory): Promise<void> {
  if (ready.size === plannedTasks(run.regions).length) return;
  for (const { path } of await folder.list(runFolderPaths.readyMarks)) {
    const name = /^ready\/(.+\/\d+)\.json$/.exec(path)?.[1];
    if (name !== undefined) ready.add(name);
  }
}

/** At most four objects a task are listed. */
async function lookForResults(run: Run, { folder, landedAtMs, results }: RunMemory): Promise<void> {
  // Why these are lost is in the row: that is not asked again at every tick.
  const known = new Set(run.lostTasks.filter(({ brokeOff }) => brokeOff).map(taskName));
  const damaged: { name: string; path: string }[] = [];
  for (const { path, modifiedAtMs } of await folder.list(runFolderPaths.results)) {
    const [, name, kind] = /^results\/(.+\/\d+)\.(xml|damaged\.json)$/.exec(path) ?? [];
    if (name === undefined || results.has(name)) continue;
    if (kind === 'xml') landedAtMs.set(name, modifiedAtMs);
    else damaged.push({ name, path });
  }
  await inParallel(damaged, READ_AT_ONCE, async ({ name, path }) => {
    const mark = known.has(name) ? null : await readJson(folder, path, damagedSchema).catch(() => null);
    results.set(name, { state: 'damaged', error: mark?.reason ?? 'nobody knows why' });
  });
}

/** A task that could not go on, and could not deliver either, says why in its `done.json`. */
async function lookForFailures(run: Run, memory: RunMemory, launched: readonly LaunchedTask[]): Promise<void> {
  const { failures, folder, landedAtMs, results } = memory;
  const known = lostNames(run);
  const unexplained = launched.filter((task) => {
    const name = taskName(task);
    const explained = landedAtMs.has(name) || results.has(name) || failures.has(name) || known.has(name);
    return task.state === 'ended' && !explained;
  });
  await inParallel(unexplained, READ_AT_ONCE, async ({ region, task }) => {
    const id = { region, task };
    const done = await readJson(folder, runFolderPaths.done(id), doneSchema).catch(() => null);
    failures.set(taskName(id), done?.error ?? null);
  });
}

async function summaryOf({ folder }: RunMemory, { total }: Report): Promise<RunSummary> {
  const { failures, requests, requestsPerSecond, responseTimeMs } = total;
  const { p50, p95, p99 } = responseTimeMs;
  const sparkline = (await readRolledIndex(folder))?.requestsPerSecond ?? [];
  return { requests, failures, requestsPerSecond, p50Ms: p50, p95Ms: p95, p99Ms: p99, sparkline };
}

/** Null too when it is damaged: then it is made anew as long as there are tries. */
async function readReportedEnd(
  { log }: Pick<Ports, 'log'>,
  { run, memory }: { run: Run; memory: RunMemory },
): Promise<ReportedEnd | null> {
  try {
    const report = await readJson(memory.folder, runFolderPaths.report, reportSchema);
    if (report === null) return null;
    const { status, verdict, generators } = report;
    const known = new Map(run.lostTasks.map((task) => [taskName(task), task]));
    const lost = generators.filter(({ state }) => state === 'lost');
    const lostTasks = lost.map(
      ({ region, task, remarks }) =>
        known.get(taskName({ region, task })) ?? { region, task, reason: remarks.join(' '), brokeOff: false },
    );
    return { status, verdict, lostTasks, summary: await summaryOf(memory, report) };
  } catch (error) {
    log('error', 'the report in the run folder is damaged', { runId: run.id, error: (error as Error).message });
    return null;
  }
}
