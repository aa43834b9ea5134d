/** Starts the process of one task: its own process group, an environment of few known variables, its output in a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { taskNodeFlags } from '../../../../core/run/task-node-flags.ts';
import { passedOn } from './passed-on.ts';
import { findProgram, type TasksUser } from './region-programs.ts';
import { attemptOf, MARK_VARIABLE, markOf, type TaskOrder } from './task-records.ts';

export interface TaskProgram {
  /** Path of Node's program. */
  node: string;
  /** Absolute path of the worker's program. */
  workerEntry: string;
  /** Absolute path of the folder with the tools that tasks drive; null: they look where their own environment says. */
  enginesFolder: string | null;
}

/** How a task is started. */
export interface TaskManner {
  /** Of its run folder over HTTP; null: it is reached as files. */
  runToken: string | null;
  /** Values by name. */
  secrets: Readonly<Record<string, string>>;
  command: readonly string[] | null;
  /** Null: the user of this process. A command says by itself who runs what. */
  user: TasksUser | null;
}

/** As a process of this machine and user, its run folder a folder. */
const PLAIN: TaskManner = { runToken: null, secrets: {}, command: null, user: null };

/** In the form that this file has: TypeScript, or JavaScript once it is built. */
const inThisForm = (url: URL) => url.href.replace(/\.ts$/, extname(import.meta.url));
const CLAIM_TASK = inThisForm(new URL('./claim-task.ts', import.meta.url));
const BECOME_TASK = fileURLToPath(inThisForm(new URL('./become-task.ts', import.meta.url)));

/**
 * Spawns the process of an order that was written to `paths.order`. It outlives the launcher, and does not keep it alive. Throws the
 * system's error when it cannot be started.
 */
export async function spawnTask(
  program: TaskProgram,
  order: TaskOrder,
  paths: { order: string; log: string },
  manner: TaskManner = PLAIN,
): Promise<ChildProcess & { pid: number }> {
  const args = argumentsOf(program, order, manner);
  // Not a pipe: it would break, and end the task, when the launcher dies.
  const log = openSync(paths.log, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(program.node, args, {
      cwd: dirname(paths.order),
      detached: true,
      env: taskEnvironment(program, order, manner, paths.order),
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
  if (child.pid === undefined) {
    const [error] = await once(child, 'error');
    throw error;
  }
  // Signals are sent by number, so nothing but the spawn can fail.
  child.on('error', () => {});
  child.unref();
  return child as ChildProcess & { pid: number };
}

function argumentsOf({ node, workerEntry }: TaskProgram, order: TaskOrder, { command, user }: TaskManner): string[] {
  const { runFolderUrl, region, task } = order;
  const worker = [workerEntry, '--run-folder', runFolderUrl, '--region', region, '--task', String(task)];
  if (command === null && user === null) return ['--import', CLAIM_TASK, ...taskNodeFlags, ...worker];
  // A command counts on Node and the worker alone, in front of the worker's arguments.
  const [first, ...words] = command === null ? [node, ...taskNodeFlags] : [...command, node];
  const become = {
    user: command === null ? user : null,
    program: findProgram(first ?? node),
    args: [...words, ...worker],
  };
  return ['--disable-warning=ExperimentalWarning', '--import', CLAIM_TASK, BECOME_TASK, JSON.stringify(become)];
}

/** The token and secrets are in here alone: arguments and files are seen by others. */
function taskEnvironment(
  { enginesFolder }: TaskProgram,
  order: TaskOrder,
  { runToken, secrets, command, user }: TaskManner,
  orderPath: string,
): Record<string, string> {
  const environment = passedOn(process.env, { isOtherUser: user !== null && command === null });
  if (enginesFolder !== null) environment.LOADSTAR_ENGINES = enginesFolder;
  if (Object.keys(secrets).length > 0) environment.LOADSTAR_SECRETS = JSON.stringify(secrets);
  if (runToken !== null) {
    environment.LOADSTAR_RUN_TOKEN = runToken;
    // For commands that pass on an environment better than arguments.
    environment.LOADSTAR_RUN_FOLDER = order.runFolderUrl;
    environment.LOADSTAR_REGION = order.region;
    environment.LOADSTAR_TASK = String(order.task);
  }
  environment.LOADSTAR_TASK_ORDER = orderPath;
  environment[MARK_VARIABLE] = markOf({ ...order, attempt: attemptOf(order.token) });
  return environment;
}
