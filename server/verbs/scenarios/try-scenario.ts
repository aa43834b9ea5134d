/** Tries a scenario, stored or not: one user walks each of its flows once. It leaves no run, and counts against no capacity. */

import type { Actor } from '../../../core/api/system.ts';
import type { Trial } from '../../../core/api/trials.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { Scenario } from '../../../core/scenario/scenario.ts';
import type { TrialOrder } from '../../../core/trial/trial-lines.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoredScenario } from '../../ports/stores.ts';
import type { TrialRunner } from '../../ports/trial-runner.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { readRunSecrets } from '../secrets/run-secrets.ts';
import type { PlanSettings } from '../start-run.ts';
import { findFiles } from './find-files.ts';
import { getScenario } from './get-scenario.ts';
import { readDocument, type ScenarioDocument } from './read-document.ts';

type TryPorts = Pick<Ports, 'scenarios' | 'objects' | 'secrets' | 'audit' | 'nowMs'> & {
  /** Null where nothing can be tried. */
  trials: TrialRunner | null;
};

export interface TryScenario {
  /** Null: what is stored. */
  document: ScenarioDocument | null;
  /** The stored scenario that is tried, or whose files the document names; null: there is none. */
  scenarioId: string | null;
  plan: PlanSettings;
}

/**
 * What is wrong with targets is in the answer. Throws what reading a document throws, `scenario_invalid` for a load that cannot be planned, `not_found`,
 * `scenario_file_missing`, `secret_missing`, `trials_elsewhere`, and what a trial runner throws. Ends soon after `signal` is aborted.
 */
export async function tryScenario(
  ports: TryPorts,
  actor: Actor,
  { document, plan, scenarioId }: TryScenario,
  signal: AbortSignal,
): Promise<Trial> {
  requireRole(actor, 'editor');
  if (ports.trials === null) throw new LoadstarError('trials_elsewhere', 'Scenarios cannot be tried on this platform.');
  const stored = scenarioId === null ? null : await getScenario(ports, scenarioId);
  const { scenario, files: named } = document === null ? storedOf(stored) : readDocument(document);
  if (scenario.taurus !== null) return { flows: [], problems: [drivenByTaurus], log: [] };
  const order = await trialOrder(ports, scenario, { ...plan, nowMs: ports.nowMs() });
  const files = await findFiles(ports, { scenarioId, named });
  // Before: what it sends cannot be taken back.
  await recordAudit(ports, actor, { action: 'scenario.try', target: scenarioId ?? 'unsaved', detail: scenario.name });
  return ports.trials.run({ order, files }, signal);
}

/** All flows that are run, each once. Throws `scenario_invalid` for a load that cannot be planned, `secret_missing`. */
export async function trialOrder(
  ports: Parameters<typeof readRunSecrets>[0],
  scenario: Scenario,
  plan: PlanSettings,
): Promise<TrialOrder> {
  const { flows, secrets, targets } = makePlan(scenario, { ...plan, runId: 'none' });
  const walked = [...new Set(scenario.executions.map(({ flow }) => flow))].flatMap((name) => flows[name] ?? []);
  return { flows: walked, targets, secrets: await readRunSecrets(ports, { secrets }) };
}

/** The problem of a scenario that no user of ours can walk. */
export const drivenByTaurus = {
  path: 'execution',
  message: 'is driven by Taurus with another tool: only what the native engine runs can be tried',
};

/** Without a document there must be a stored scenario. */
function storedOf(stored: StoredScenario | null): StoredScenario {
  if (stored === null) throw new LoadstarError('request_invalid', 'There is neither a document nor a scenarioId.');
  return stored;
}
