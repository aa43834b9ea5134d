/** What a scenario would run: users and rates over time, and each task's part of them. */

import { setImmediate } from 'node:timers/promises';
import type { PlanPreview } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { makePlan, type PlanOptions } from '../../../core/plan/make-plan.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { PlanPreviewer } from '../../../core/plan/preview.ts';
import { plannedTasks } from '../../../core/run/tasks.ts';
import type { Scenario } from '../../../core/scenario/scenario.ts';
import { previewTaurus, previewTaurusTask } from '../../../core/taurus/preview-taurus.ts';
import type { TaurusTaskPreview } from '../../../core/taurus/taurus-plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { estimateCost } from '../costs/reckon-cost.ts';
import { requireRole } from '../require-role.ts';
import type { PlanSettings } from '../start-run.ts';
import { getScenario } from './get-scenario.ts';
import { type DocumentWithFiles, readDocument } from './read-document.ts';
import { storedTaurusFiles } from './stored-taurus-files.ts';

type PreviewPorts = Pick<Ports, 'scenarios' | 'objects' | 'taskOffers' | 'log'>;

const TASKS_PER_TURN = 200;

/** Throws what reading a document throws, `scenario_invalid` for a load that cannot be planned, `not_found` for `scenarioId`. */
export async function previewDocument(
  ports: PreviewPorts,
  actor: Actor,
  { plan, scenarioId, ...document }: DocumentWithFiles & { plan: PlanSettings },
): Promise<PlanPreview> {
  requireRole(actor, 'viewer');
  if (scenarioId !== undefined) await getScenario(ports, scenarioId);
  const { scenario } = readDocument(document);
  return previewScenario(ports, scenario, {
    ...plan,
    taurusFiles: await storedTaurusFiles(ports, scenario, scenarioId ?? null),
  });
}

/** Throws `not_found`. */
export async function previewStoredScenario(
  ports: PreviewPorts,
  actor: Actor,
  { scenarioId, plan }: { scenarioId: string; plan: PlanSettings },
): Promise<PlanPreview> {
  requireRole(actor, 'viewer');
  const { scenario } = await getScenario(ports, scenarioId);
  return previewScenario(ports, scenario, {
    ...plan,
    taurusFiles: await storedTaurusFiles(ports, scenario, scenarioId),
  });
}

/** Thousands of tasks take a while: others get their turn meanwhile. */
async function previewScenario(
  ports: PreviewPorts,
  scenario: Scenario,
  settings: Omit<PlanOptions, 'runId'>,
): Promise<PlanPreview> {
  const plan = makePlan(scenario, { ...settings, runId: 'none' });
  checkSize(plan);
  const previewer = new PlanPreviewer(plan);
  const tasks: PlanPreview['tasks'] = [];
  const ofTaurus: TaurusTaskPreview[] = [];
  for (const id of plannedTasks(plan.regions)) {
    const { usersMax, plannedStarts } = previewer.task(id);
    const part = plan.taurus === null ? null : previewTaurusTask(plan, id);
    if (part !== null) ofTaurus.push(part);
    tasks.push({ ...id, usersMax: part === null ? usersMax : knownUsers(part.executions), plannedStarts });
    if (tasks.length % TASKS_PER_TURN === 0) await setImmediate();
  }
  const taurus = previewTaurus(plan);
  const users = plan.executions.reduce((sum, { load }) => sum + load.usersMax, 0);
  return {
    durationSeconds: plan.durationSeconds,
    usersMax: taurus === null ? users : knownUsers(taurus.executions.map(({ shape }) => shape)),
    executions: previewer.executions.map(({ startAtMs, ...execution }) => ({
      ...execution,
      startAt: startAtMs === null ? null : new Date(startAtMs).toISOString(),
    })),
    tasks,
    taurus: taurus === null ? null : { ...taurus, tasks: ofTaurus },
    cost: await estimateCost(ports, plan),
  };
}

function knownUsers(parts: readonly { usersMax: number | null }[]): number {
  return parts.reduce((sum, { usersMax }) => sum + (usersMax ?? 0), 0);
}

function checkSize({ executions, taurus }: Plan): void {
  const curves = [
    ...executions.map(({ load }) => (load.model === 'closed' ? load.users : load.starts)),
    ...(taurus?.executions ?? []).map(({ shape }) => shape.curve ?? []),
  ];
  const pieces = curves.reduce((sum, { length }) => sum + length, 0);
  if (pieces <= limits.previewPiecesMax) return;
  const message = `The load of all executions together has ${pieces} steps and stages; a preview shows up to ${limits.previewPiecesMax}.`;
  throw new LoadstarError('scenario_too_large', `${message} Give it fewer steps or executions.`);
}
