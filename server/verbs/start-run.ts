/** Starts a run of a scenario: its folder, its row, its place in the queue, in this order. */
import { createHash } from 'node:crypto';
import type { Actor } from '../../core/api/system.ts';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { makePlan, type PlanOptions } from '../../core/plan/make-plan.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { advanceControl } from '../../core/run/advance-control.ts';
import type { Run } from '../../core/run/run.ts';
import { type RunFiles, runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { Ports } from '../ports/ports.ts';
import { openRunFolder, runFolderPrefix, toJson } from '../run-folder/run-folder.ts';
import { digesting } from '../scenario-files/digest.ts';
import { newId } from './new-id.ts';
import { recordAudit } from './record-audit.ts';
import { regionProblems } from './region-problems.ts';
import { requireRole } from './require-role.ts';
import { runTokenHash } from './run-folder/run-token.ts';
import { checkSecrets } from './secrets/run-secrets.ts';
import { type FileBodies, readTaurusFiles } from './taurus-files.ts';

type StartPorts = Pick<
  Ports,
  'runs' | 'queue' | 'objects' | 'launcher' | 'runFolderAccess' | 'secrets' | 'audit' | 'nowMs' | 'log'
>;

/** Settings of plans that a scenario does not make. */
export type PlanSettings = Omit<PlanOptions, 'runId' | 'taurusFiles'>;

export interface StartRun {
  scenario: Scenario;
  /** The stored scenario that this is; null: none, as when a file is run. */
  scenarioId: string | null;
  /** The scenario's own files, by their path in it; a function reads one when it is its turn. */
  files: FileBodies;
  plan?: PlanSettings;
  /** An id that was made for it already. */
  runId?: string;
}

/**
 * Returns the run's row, queued. When something fails, there is no run: at most a folder without one is left. Throws
 * `scenario_invalid` when the load cannot be planned, `capacity_exceeded` when its regions can never take it,
 * `scenario_too_large`, `secret_missing` when it names secrets that there are not.
 */
export async function startRun(ports: StartPorts, actor: Actor, input: StartRun): Promise<Run> {
  requireRole(actor, 'editor');
  const nowMs = ports.nowMs();
  const runId = input.runId ?? newId('run', nowMs);
  checkFiles(input.files);
  const taurusFiles = await readTaurusFiles(input.scenario, input.files);
  const plan = makePlan(input.scenario, { ...input.plan, runId, nowMs, taurusFiles });
  await checkCapacity(ports, plan);
  const tokenHash = await runTokenHash(ports, plan);
  await checkSecrets(ports, plan);
  const scenarioId = input.scenarioId ?? newId('scenario', nowMs);
  try {
    const files = await writeRunFolder(ports, plan, input.files);
    const sourceSha256 = sourceHash(input.scenario, files);
    const run: Run = { ...newRun(plan, scenarioId, nowMs), tokenHash, sourceSha256 };
    await ports.runs.create(run);
    await recordAudit(ports, actor, { action: 'run.start', target: runId, detail: `of ${scenarioId}` });
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

function checkFiles(files: StartRun['files']): void {
  for (const [path, body] of files) {
    const length = typeof body === 'function' ? 0 : body.length;
    if (length <= limits.scenarioFileBytesMax) continue;
    const message = `is ${length} bytes; ${limits.scenarioFileBytesMax} are allowed`;
    throw new LoadstarError('scenario_too_large', `The file ${path} is too large.`, { fields: [{ path, message }] });
  }
}

async function checkCapacity(ports: Pick<Ports, 'launcher'>, plan: Plan): Promise<void> {
  const fields = await regionProblems(ports, plan);
  if (fields.length === 0) return;
  throw new LoadstarError('capacity_exceeded', 'The run does not fit into its regions.', { fields });
}

async function writeRunFolder(
  { objects, nowMs }: Pick<Ports, 'objects' | 'nowMs'>,
  plan: Plan,
  files: StartRun['files'],
): Promise<RunFiles['files']> {
  const folder = openRunFolder(objects, plan.runId);
  const written: RunFiles['files'] = [];
  for (const [path, body] of files) {
    const { digest, pieces } = digesting(typeof body === 'function' ? await body() : body);
    await folder.put(runFolderPaths.file(path), pieces);
    written.push({ path, ...digest() });
  }
  await folder.put(runFolderPaths.fileList, toJson({ files: written } satisfies RunFiles));
  const wait = { kind: 'control', state: 'wait', goAtMs: null, stopReason: null } as const;
  await folder.put(runFolderPaths.control, toJson(advanceControl(null, wait, nowMs())));
  await folder.put(runFolderPaths.plan, toJson(plan));
  return written;
}

/** The same for the same load, wherever it runs and whatever it is called. */
function sourceHash(scenario: Scenario, files: RunFiles['files']): string {
  const { name, description, tags, regions, live, taskSize, spot, ...load } = scenario;
  const contents = files.map(({ path, sha256 }) => [path, sha256]);
  return createHash('sha256')
    .update(JSON.stringify([load, contents]))
    .digest('hex');
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
    ...(plan.taskSize === undefined ? {} : { taskSize: plan.taskSize }),
    ...(plan.spot === undefined ? {} : { spot: plan.spot }),
    durationSeconds: plan.durationSeconds,
    deadlineSeconds: plan.deadlineSeconds,
    controlPollMs: plan.controlPollMs,
    timeouts: plan.timeouts,
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
    tokenHash: null,
    secrets: plan.secrets,
    sourceSha256: null,
    verdict: null,
    summary: null,
  };
}
