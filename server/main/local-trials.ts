/** Tries scenarios on this machine, in processes of their own. */
import { fileURLToPath } from 'node:url';
import { findTasksUser } from '../adapters/local/process-launcher/region-programs.ts';
import { createTrialRunner } from '../adapters/local/trial-process/trial-process.ts';
import type { TrialRunner } from '../ports/trial-runner.ts';

/** `tasksUser`: whom tasks run as, if that is somebody else. Throws `config_invalid` when it cannot be. */
export function createLocalTrials({ tasksUser = null }: { tasksUser?: string | null } = {}): TrialRunner {
  return createTrialRunner({
    entry: fileURLToPath(new URL('../../worker/trial-main.ts', import.meta.url)),
    user: tasksUser === null ? null : findTasksUser(tasksUser),
  });
}
