/** Tries scenarios on this machine, in processes of their own. */
import { fileURLToPath } from 'node:url';
import type { Trial } from '../../core/api/trials.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import { findTasksUser } from '../adapters/local/process-launcher/region-programs.ts';
import { createTrialRunner } from '../adapters/local/trial-process/trial-process.ts';
import type { TrialRunner } from '../ports/trial-runner.ts';
import { drivenByTaurus, trialOrder } from '../verbs/scenarios/try-scenario.ts';
import { environmentSecrets } from './environment-secrets.ts';

/** `tasksUser`: whom tasks run as, if that is somebody else. Throws `config_invalid` when it cannot be. */
export function createLocalTrials({ tasksUser = null }: { tasksUser?: string | null } = {}): TrialRunner {
  return createTrialRunner({
    entry: fileURLToPath(new URL('../../worker/trial-main.ts', import.meta.url)),
    user: tasksUser === null ? null : findTasksUser(tasksUser),
  });
}

export interface TryHere {
  scenario: Scenario;
  /** By the path under which the scenario names them. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Where secrets are looked for. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** Without a control plane. Throws `scenario_invalid`, `secret_missing`, `config_invalid`, and what a trial runner throws. */
export async function tryHere({ scenario, files, environment }: TryHere, signal: AbortSignal): Promise<Trial> {
  if (scenario.taurus !== null) return { flows: [], problems: [drivenByTaurus], log: [] };
  const secrets = environmentSecrets(environment);
  const read = async (names: readonly string[]) => new Map([...secrets].filter(([name]) => names.includes(name)));
  const order = await trialOrder({ secrets: { read } }, scenario, { nowMs: Date.now() });
  const bodies = new Map([...files].map(([path, bytes]) => [path, () => Promise.resolve(bytes)]));
  return createLocalTrials().run({ order, files: bodies }, signal);
}
