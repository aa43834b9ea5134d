/** Starts a run of a scenario: its folder, its row, its place in the queue, in this order. */
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { makePlan, type PlanOptions } from '../../core/plan/make-plan.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { advanceControl } from '../../core/run/advance-control.ts';
import type { Run } from '../../core/run/run.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { Ports } from '../ports/ports.ts';
import { openRunFolder, runFolderPrefix, toJson } from '../run-folder/run-folder.ts';
import { newId } from './new-id.ts';

type StartPorts = Pick<Ports, 'scenarios' | 'runs' | 'queue' | 'objects' | 'launcher' | 'nowMs' | 'log'>;

export interface StartRun {
  scenario: Scenario;
  /** The stored scenario that this is; null: it is stored now, under a new id. */
  scenarioId: string | null;
  /** The scenario's own files, by their path in it. */
  files: ReadonlyMap<string, Uint8Array>;
  plan?: Omit<PlanOptions, 'runId'>;
}

/**
 * Returns the run's row, queued. When something fails, there is no run: at most a folder without one is left. Throws
 * `scenario_invalid` when the load cannot be planned, `capacity_exceeded` when its regions can never take it, `not_found`,
 * `scenario_too_large`.
 */
export async function startRun(ports: StartPorts, input: StartRun): Promise<Run> {
  const nowMs = ports.nowMs();
  const runId = newId('run', nowMs);
  const plan = makePlan(input.scenario, { ...input.plan, runId });
  checkFiles(input.files);
  await checkCapacity(ports, plan);
  const scenarioId = await storeScenario(ports, input, nowMs);
  try {
    await writeRunFolder(ports, plan, input.files);
    const run = newRun(plan, scenarioId, nowMs);
    await ports.runs.create(run);
    // A row whose message is not sent, since we die here, is queued again by whoever resumes.
    await ports.queue.send(runId);
    return run;
  } catch (error) {
    await takeBack(ports, runId);
    throw error;
  }
}

/** A row that cannot be taken back keeps its folder: then the run is still there, and is queued again by whoever resumes. */
async function takeBack({ runs, objects, log }: StartPorts, runId: string): Promise<void> {
  try {
    await runs.delete(runId);
    await objects.deletePrefix(runFolderPrefix(runId));
  } catch (error) {
    log('warn', 'a run that could not be started is left behind', { runId, error: (error as Error).message });
  }
}

function checkFiles(files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, { length }] of files) {
    if (length <= limits.scenarioFileBytesMax) continue;
    const message = `is ${length} bytes; ${limits.scenarioFileBytesMax} are allowed`;
    throw new LoadstarError('scenario_too_large', `The file ${path} is too large.`, { fields: [{ path, message }] });
  }
}

async function checkCapacity({ launcher }: Pick<Ports, 'launcher'>, plan: Plan): Promise<void> {
  const capacity = new Map((await launcher.capacity()).map(({ region, tasksMax }) => [region, tasksMax]));
  const fields = plan.regions.flatMap(({ name, tasks }) => {
    const tasksMax = capacity.get(name);
    if (tasksMax === undefined) {
      const known = [...capacity.keys()].join(', ');
      return [{ path: `loadstar.regions.${name}`, message: `there is no such region; there are: ${known}` }];
    }
    if (tasks <= tasksMax) return [];
    return [{ path: `loadstar.regions.${name}.tasks`, message: `is ${tasks}; the region takes ${tasksMax} at most` }];
  });
  if (fields.length > 0)
    throw new LoadstarError('capacity_exceeded', 'The run does not fit into its regions.', { fields });
}

async function storeScenario(
  { scenarios }: Pick<Ports, 'scenarios'>,
  { scenario, scenarioId }: StartRun,
  nowMs: number,
): Promise<string> {
  if (scenarioId !== null) {
    if ((await scenarios.get(scenarioId)) !== null) return scenarioId;
    throw new LoadstarError('not_found', `There is no scenario ${scenarioId}.`);
  }
  const id = newId('scenario', nowMs);
  await scenarios.create({ id, version: 1, scenario, createdAtMs: nowMs, updatedAtMs: nowMs });
  return id;
}

async function writeRunFolder(
  { objects, nowMs }: Pick<Ports, 'objects' | 'nowMs'>,
  plan: Plan,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const folder = openRunFolder(objects, plan.runId);
  for (const [path, body] of files) await folder.put(runFolderPaths.file(path), body);
  const wait = { kind: 'control', state: 'wait', goAtMs: null, stopReason: null } as const;
  await folder.put(runFolderPaths.control, toJson(advanceControl(null, wait, nowMs())));
  await folder.put(runFolderPaths.plan, toJson(plan));
}

function newRun(plan: Plan, scenarioId: string, nowMs: number): Run {
  return {
    id: plan.runId,
    scenarioId,
    scenarioName: plan.scenarioName,
    version: 1,
    phase: 'queued',
    outcome: null,
    reason: null,
    regions: plan.regions,
    healthyThresholdPercent: plan.healthyThresholdPercent,
    deadlineSeconds: plan.deadlineSeconds,
    controlPollMs: plan.controlPollMs,
    createdAtMs: nowMs,
    phaseSinceMs: nowMs,
    goAtMs: null,
    stopAtMs: null,
    stopReason: null,
    cancelRequestedAtMs: null,
    endedAtMs: null,
    missingTasks: [],
    lostTasks: [],
    reportAttempts: 0,
    verdict: null,
  };
}
