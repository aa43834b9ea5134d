/** Starts the process of one task: its own process group, an environment of few known variables, its output in a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { attemptOf, MARK_VARIABLE, markOf, type TaskOrder } from './task-records.ts';

export interface TaskProgram {
  /** Path of Node's program. */
  node: string;
  /** Absolute path of the worker's program. */
  workerEntry: string;
}

/** What a task needs of the launcher's environment; everything else (credentials above all) stays out. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS'];

/** In the form that this file has: TypeScript, or JavaScript once it is built. */
const CLAIM_TASK = new URL('./claim-task.ts', import.meta.url).href.replace(/\.ts$/, extname(import.meta.url));

/**
 * Spawns the process of an order that was written to `paths.order`. It outlives the launcher, and does not keep it alive. Throws the
 * system's error when it cannot be started.
 */
export async function spawnTask(
  program: TaskProgram,
  order: TaskOrder,
  paths: { order: string; log: string },
): Promise<ChildProcess & { pid: number }> {
  const { runFolderUrl, region, task } = order;
  const args = ['--import', CLAIM_TASK, program.workerEntry];
  args.push('--run-folder', runFolderUrl, '--region', region, '--task', String(task));
  // Not a pipe: it would break, and end the task, when the launcher dies.
  const log = openSync(paths.log, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(program.node, args, {
      cwd: dirname(paths.order),
      detached: true,
      env: taskEnvironment(process.env, order, paths.order),
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

function taskEnvironment(own: NodeJS.ProcessEnv, order: TaskOrder, orderPath: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  environment.LOADSTAR_TASK_ORDER = orderPath;
  environment[MARK_VARIABLE] = markOf({ ...order, attempt: attemptOf(order.token) });
  return environment;
}
