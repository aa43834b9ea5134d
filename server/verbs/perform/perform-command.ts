/** Does what the reducer asked for. Each command may be performed again, whole or from where it was left. */
import { LoadstarError } from '../../../core/errors.ts';
import type { Command } from '../../../core/run/observation.ts';
import type { Run } from '../../../core/run/run.ts';
import { regionNames } from '../../../core/run/tasks.ts';
import type { LaunchOrder } from '../../ports/launcher.ts';
import type { Ports } from '../../ports/ports.ts';
import { writeControl } from '../../run-folder/control-file.ts';
import { consolidateRun } from '../consolidate-run.ts';
import { parseResults } from '../parse-results.ts';
import type { RunMemory } from '../run-memory.ts';
import { readRunSecrets } from '../secrets/run-secrets.ts';
import { keepTaskLogs } from './keep-task-logs.ts';

/** Between asking a task to end and making it end. */
const KILL_GRACE_SECONDS = 2;

export type PerformPorts = Pick<
  Ports,
  'objects' | 'launcher' | 'taskResults' | 'runFolderUrl' | 'runFolderAccess' | 'runMetrics' | 'nowMs' | 'log'
> & {
  /** Only where logs are forgotten with the run, unless they are copied into its folder. */
  taskLogs?: Ports['taskLogs'];
  /** Only where tasks get them in their environment. */
  secrets?: Ports['secrets'];
};

export async function performCommand(
  ports: PerformPorts,
  { run, memory, command }: { run: Run; memory: RunMemory; command: Command },
): Promise<void> {
  switch (command.kind) {
    case 'launch':
      return launch(ports, run, memory, command);
    case 'go':
    case 'control':
      await writeControl(ports, run.id, command);
      return;
    case 'parse-results':
      return parseResults(ports, { run, memory });
    case 'consolidate':
      await consolidateRun(ports, { run, memory, status: command.status });
      return;
    case 'kill':
      return ports.launcher.kill(run.id, command.tasks, KILL_GRACE_SECONDS);
    case 'clean-up':
      if (ports.taskLogs !== undefined) await keepTaskLogs({ ...ports, taskLogs: ports.taskLogs }, run, memory.folder);
      return ports.launcher.release(run.id, regionNames(run));
  }
}

/** A launch that failed is no failure of the tick: the next observation tells the reducer, which tries again or gives up. */
async function launch(
  { launcher, runFolderUrl, runFolderAccess, secrets, log }: PerformPorts,
  run: Run,
  memory: RunMemory,
  { tasks, token }: Extract<Command, { kind: 'launch' }>,
): Promise<void> {
  try {
    const order: LaunchOrder = { runId: run.id, runFolderUrl: runFolderUrl(run.id), tasks, token };
    if (run.tokenHash !== null && runFolderAccess !== undefined) {
      order.overHttp = { runFolderUrl: await runFolderAccess.urlOf(run.id), token: runFolderAccess.tokenOf(run.id) };
    }
    const asksForSecrets = order.runFolderUrl.startsWith('s3:');
    if (run.secrets.length > 0 && !asksForSecrets && secrets !== undefined)
      order.secrets = await readRunSecrets({ secrets }, run);
    if (run.taskSize !== undefined) order.taskSize = run.taskSize;
    if (run.spot !== undefined) order.spot = run.spot;
    const { waitingFor } = await launcher.launch(order);
    if (waitingFor !== null) log('warn', 'tasks of a run cannot be started yet', { runId: run.id, waitingFor });
    memory.launchError = null;
    memory.launchWaitsFor = waitingFor;
  } catch (error) {
    if (!(error instanceof LoadstarError)) throw error;
    log('warn', 'the tasks of a run could not be launched', { runId: run.id, error: error.message });
    memory.launchError = error.message;
  }
}
