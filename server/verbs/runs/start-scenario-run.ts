/** Starts a run of a stored scenario, with copies of the files that it names. */
import { createHash } from 'node:crypto';
import type { RunResource } from '../../../core/api/runs.ts';
import type { StartRun } from '../../../core/api/scenarios.ts';
import { type Actor, actorKey } from '../../../core/api/system.ts';
import type { Run } from '../../../core/run/run.ts';
import { type Placement, placeScenario } from '../../../core/scenario/place-scenario.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';
import { findFiles } from '../scenarios/find-files.ts';
import { getScenario } from '../scenarios/get-scenario.ts';
import { type PlanSettings, startRun } from '../start-run.ts';
import { type DescribePorts, describeRun } from './describe-runs.ts';
import { startOnce } from './start-once.ts';

type StartPorts = DescribePorts &
  Pick<Ports, 'scenarios' | 'queue' | 'objects' | 'secrets' | 'audit' | 'idempotency' | 'nowMs' | 'log'>;

export interface StartScenarioRun {
  scenarioId: string;
  /** Other regions, other numbers of tasks than those of the scenario. */
  placement: StartRun;
  /** Chosen by the sender; null: every call starts a run. */
  idempotencyKey: string | null;
  plan: PlanSettings;
}

/**
 * Throws `not_found`, `scenario_file_missing` naming the files that were not uploaded, `capacity_exceeded` when its regions can never take
 * it, `option_invalid` for a placement that cannot be, and what `startOnce` and `startRun` throw. Nothing is left of a start that fails.
 */
export async function startScenarioRun(ports: StartPorts, actor: Actor, input: StartScenarioRun): Promise<RunResource> {
  requireRole(actor, 'editor');
  const start = (runId?: string) => begin(ports, actor, input, runId);
  if (input.idempotencyKey === null) return describeRun(ports, await start());
  const key = hash([actorKey(actor), input.idempotencyKey]);
  const requestHash = hash([input.scenarioId, input.placement.tasks ?? null, input.placement.regions ?? null]);
  return describeRun(ports, await startOnce(ports, { key, requestHash }, start));
}

async function begin(ports: StartPorts, actor: Actor, input: StartScenarioRun, runId?: string): Promise<Run> {
  const stored = await getScenario(ports, input.scenarioId);
  const files = await findFiles(ports, {
    scenarioId: stored.id,
    named: stored.files,
    // Scripts open what they like.
    all: stored.scenario.taurus !== null,
  });
  const scenario = placeScenario(stored.scenario, placementOf(input.placement));
  const { scenarioId, plan } = input;
  return startRun(ports, actor, { scenario, scenarioId, files, plan, ...(runId === undefined ? {} : { runId }) });
}

function placementOf({ tasks, regions }: StartRun): Placement {
  return { ...(tasks === undefined ? {} : { tasks }), ...(regions === undefined ? {} : { regions }) };
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
