/** Ends every task of a process launcher's state folder at once, before it returns: for a process that is about to exit. */
import { resolve } from 'node:path';
import { signalGroup } from '../adapters/local/process-launcher/end-processes.ts';
import { isAlive, openProcessTable } from '../adapters/local/process-launcher/process-table.ts';
import { TaskRecords, writeClaim } from '../adapters/local/process-launcher/task-records.ts';

/** Tasks that were started and have not begun yet find their place taken, and end by themselves. */
export function killTasksNow(stateFolder: string): void {
  const records = new TaskRecords(resolve(stateFolder));
  const table = openProcessTable();
  for (const runId of records.runIds()) {
    for (const { attempt, claim, ...id } of records.ofRun(runId)) {
      if (claim === null)
        writeClaim(records.claimPath(runId, id, attempt), { pid: null, reason: 'it was ended before it began' });
      const process = claim ?? records.ofTask(runId, id)?.claim;
      if (process?.pid == null) continue;
      if (isAlive(table.read([process.pid]), process)) signalGroup(process.pid, 'SIGKILL');
    }
  }
}
