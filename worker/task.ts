/**
 * One task of a run, from its plan to its delivered result: the task's side of the run-folder protocol.
 *
 *     plan -> prepare -> ready -> (wait for go) -> load -> deliver
 *
 * Stop, a lost lease or a failure end it at any of these; it then delivers what it has.
 */
import { LoadstarError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { PLAN_FORMAT, type Plan, planSchema, type TaskId } from '../core/plan/plan.ts';
import { type Done, doneSchema, runFolderPaths } from '../core/run-folder/run-folder.ts';
import { Delivery, writeDone } from './delivery/delivery.ts';
import type { Engine } from './engine.ts';
import { noHealth } from './health.ts';
import { Interruptions } from './interruptions.ts';
import { makeLoad } from './load.ts';
import { type Log, messageOf, withoutUrlSecrets } from './log.ts';
import { ControlWatch } from './run-folder/control-watch.ts';
import type { RunFolder } from './run-folder/run-folder.ts';
import type { TaskContext } from './task-context.ts';
import { readTaskSecrets } from './task-secrets.ts';

/**
 * Runs the task and says how it ended. `failed`: it could not go on, or its result could not be delivered; the log says why, and so does
 * `done.json` if it could be written. A task whose result is in the folder already runs nothing.
 */
export async function runTask(context: TaskContext): Promise<Done['exit']> {
  const { folder, id, log } = context;
  let plan: Plan;
  let secrets: ReadonlyMap<string, string>;
  try {
    const delivered = await readDelivered(folder, id);
    if (delivered !== null) {
      log('warn', 'the result is in the run folder already: nothing to do', { exit: delivered });
      return delivered;
    }
    plan = await readPlan(folder, id);
    secrets = await readTaskSecrets(context, plan);
    context.hidden.hide(secrets.values());
  } catch (error) {
    log('error', 'the task cannot run', { error: messageOf(error) });
    await leaveReason(context, error);
    return 'failed';
  }
  try {
    return await runPlan(context, plan, secrets);
  } catch (error) {
    log('error', 'the result could not be delivered', { error: messageOf(error) });
    return 'failed';
  }
}

/** Throws when the result cannot be delivered. */
async function runPlan(context: TaskContext, plan: Plan, secrets: ReadonlyMap<string, string>): Promise<Done['exit']> {
  const { clock, folder, id, log } = context;
  const interruptions = listenFor(context);
  const go = Promise.withResolvers<number>();
  const watch = new ControlWatch(
    { folder, clock, log, pollMs: plan.controlPollMs, leaseSeconds: plan.leaseSeconds },
    (order) => {
      if (order.kind === 'go') go.resolve(order.goAtMs);
      else if (order.kind === 'stop') interruptions.raise({ exit: 'stopped', reason: order.reason });
      else interruptions.raise({ exit: 'lease-expired' });
    },
  );
  const delivery = new Delivery({ ...context, plan, onFailure: (error) => interruptions.fail(error) });
  const createEngine = (): Engine | Promise<Engine> =>
    context.createEngine({
      plan,
      id,
      secrets,
      log,
      readFile: (path) => readScenarioFile(folder, path),
      writeArtifact: (name, bytes) => folder.write(runFolderPaths.artifact(id, name), bytes),
      onWindow: (window) => delivery.addWindow(window),
    });

  const loopThreads = Math.min(plan.threadsPerTask, context.host.cpus);
  log('info', 'preparing', { runId: plan.runId, scenario: plan.scenarioName });
  const load = await makeLoad(context, createEngine, { goAtMs: go.promise, loopThreads }, interruptions);
  watch.close();

  const interruption = interruptions.current;
  logEnd(log, interruption);
  const done = await delivery.finish({
    exit: interruption?.exit ?? 'completed',
    error: interruption?.exit === 'failed' ? withoutUrlSecrets(context.hidden.mask(interruption.error.message)) : null,
    health: load.health,
    failedCriterion: load.failedCriterion,
    startedAtMs: load.startedAtMs ?? clock.epochMs(),
  });
  log('info', 'delivered', {
    exit: done.exit,
    requests: done.requests,
    failures: done.failures,
    segments: done.segments,
  });
  return done.exit;
}

function listenFor({ failureSignal, stopSignal }: TaskContext): Interruptions {
  const interruptions = new Interruptions();
  const onStop = (): void => interruptions.raise({ exit: 'stopped', reason: 'signal' });
  const onFailure = (): void => interruptions.fail(failureSignal.reason);
  stopSignal.addEventListener('abort', onStop, { once: true });
  failureSignal.addEventListener('abort', onFailure, { once: true });
  if (stopSignal.aborted) onStop();
  if (failureSignal.aborted) onFailure();
  return interruptions;
}

function logEnd(log: Log, interruption: Interruptions['current']): void {
  if (interruption === null) log('info', 'the load is done, delivering');
  else if (interruption.exit === 'stopped') log('info', 'stopped, delivering', { reason: interruption.reason });
  else if (interruption.exit === 'lease-expired') {
    log(
      'warn',
      'nothing was heard from the control plane for the length of the lease: the load was stopped, delivering',
    );
  } else log('error', 'the load failed, delivering what there is', { error: interruption.error });
}

/** How this task ended before; null when its result is not in the folder. */
async function readDelivered(folder: RunFolder, id: TaskId): Promise<Done['exit'] | null> {
  if ((await folder.read(runFolderPaths.xml(id))) === null) return null;
  const done = await folder.read(runFolderPaths.done(id));
  const parsed = done === null ? null : doneSchema.safeParse(parseJson(done));
  return parsed?.data?.exit ?? 'completed';
}

/** Throws `run_folder_invalid` when there is no plan that this worker can read, or it has no such task. */
async function readPlan(folder: RunFolder, id: TaskId): Promise<Plan> {
  const bytes = await folder.read(runFolderPaths.plan);
  if (bytes === null) throw new LoadstarError('run_folder_invalid', 'there is no plan.json in the run folder');
  const content = parseJson(bytes);
  const format = typeof content === 'object' && content !== null && 'format' in content ? content.format : null;
  if (format !== PLAN_FORMAT) {
    const found = typeof format === 'string' ? `the format ${JSON.stringify(format)}` : 'no format of a plan';
    throw new LoadstarError('run_folder_invalid', `plan.json has ${found}; this worker reads ${PLAN_FORMAT}`);
  }
  const { data: plan, error } = planSchema.safeParse(content);
  if (plan === undefined) {
    const fields = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    const first = fields[0] ?? { path: '', message: 'damaged' };
    throw new LoadstarError('run_folder_invalid', `plan.json is damaged: ${first.path}: ${first.message}`, { fields });
  }
  const region = plan.regions.find(({ name }) => name === id.region);
  if (region === undefined || id.task >= region.tasks) {
    const known = plan.regions.map(({ name, tasks }) => `${name} 0 to ${tasks - 1}`).join(', ');
    throw new LoadstarError(
      'run_folder_invalid',
      `the plan has no task ${id.task} in region ${id.region}; it has ${known}`,
    );
  }
  return plan;
}

async function readScenarioFile(folder: RunFolder, path: string): Promise<Uint8Array> {
  const bytes = await folder.read(runFolderPaths.file(path));
  if (bytes === null)
    throw new LoadstarError('scenario_file_missing', `the scenario's file ${path} is not in the run folder`);
  if (bytes.length > limits.scenarioFileBytesMax) {
    throw new LoadstarError(
      'scenario_too_large',
      `the scenario's file ${path} has ${bytes.length} bytes; ${limits.scenarioFileBytesMax} are allowed`,
    );
  }
  return bytes;
}

/** Undefined when it is no JSON. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Says in `done.json` why there is no result; there is no XML then, since nothing was delivered. */
async function leaveReason({ folder, hidden, id, log }: TaskContext, error: unknown): Promise<void> {
  try {
    await writeDone(folder, {
      ...id,
      exit: 'failed',
      error: withoutUrlSecrets(hidden.mask(messageOf(error))),
      segments: 0,
      requests: 0,
      failures: 0,
      lastEndedUs: 0,
      health: noHealth,
    });
  } catch (writeError) {
    log('error', 'the reason could not be left in the run folder either', { error: messageOf(writeError) });
  }
}
