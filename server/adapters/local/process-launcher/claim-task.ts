/**
 * Runs first in every task's process (`node --import`), before the worker's program: claims the task for this process, or ends it when
 * another one has claimed it. Does nothing in threads and in processes that the task starts itself.
 */
import { rmSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { openProcessTable } from './process-table.ts';
import { attemptOf, claimFor, claimPathOf, MARK_VARIABLE, readOrder } from './task-records.ts';

const orderPath = process.env.LOADSTAR_TASK_ORDER;
const attempt = process.env[MARK_VARIABLE]?.split('/').at(-1);

if (isMainThread && orderPath !== undefined && attempt !== undefined) {
  delete process.env.LOADSTAR_TASK_ORDER;
  if (!claimForThisProcess(orderPath, attempt)) process.exit(0);
}

function claimForThisProcess(order: string, ownAttempt: string): boolean {
  const isOrdered = () => {
    const { token } = readOrder(order) ?? {};
    return token !== undefined && attemptOf(token) === ownAttempt;
  };
  const self = openProcessTable().read([process.pid]).get(process.pid);
  if (self === undefined || !isOrdered()) return false;
  const path = claimPathOf(order, ownAttempt);
  try {
    if (!claimFor(self, path)) return false;
  } catch {
    // The run was released, folder and all.
    return false;
  }
  // Looked at again: a launcher that gave the order up meanwhile may not have seen this claim.
  if (isOrdered()) return true;
  rmSync(path, { force: true });
  return false;
}
