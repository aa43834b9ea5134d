/** What a scenario would run: users and rates over time, and each task's part of them. */

import { setImmediate } from 'node:timers/promises';
import type { PlanPreview } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { PlanPreviewer } from '../../../core/plan/preview.ts';
import { plannedTasks } from '../../../core/run/tasks.ts';
import type { Scenario } from '../../../core/scenario/scenario.ts';
import type { Ports } from '../../ports/ports.ts';
import { requireRole } from '../require-role.ts';
import type { PlanSettings } from '../start-run.ts';
import { getScenario } from './get-scenario.ts';
import { readDocument, type ScenarioDocument } from './read-document.ts';

const TASKS_PER_TURN = 200;

/** Throws what reading a document throws, and `scenario_invalid` for a load that cannot be planned. */
export async function previewDocument(
  actor: Actor,
  { plan, ...document }: ScenarioDocument & { plan: PlanSettings },
): Promise<PlanPreview> {
  requireRole(actor, 'viewer');
  return previewScenario(readDocument(document).scenario, plan);
}

/** Throws `not_found`. */
export async function previewStoredScenario(
  ports: Pick<Ports, 'scenarios'>,
  actor: Actor,
  { scenarioId, plan }: { scenarioId: string; plan: PlanSettings },
): Promise<PlanPreview> {
  requireRole(actor, 'viewer');
  return previewScenario((await getScenario(ports, scenarioId)).scenario, plan);
}

/** Thousands of tasks take a while: others get their turn meanwhile. */
async function previewScenario(scenario: Scenario, settings: PlanSettings): Promise<PlanPreview> {
  const plan = makePlan(scenario, { ...settings, runId: 'none' });
  checkSize(plan);
  const previewer = new PlanPreviewer(plan);
  const tasks: PlanPreview['tasks'] = [];
  for (const id of plannedTasks(plan.regions)) {
    const { usersMax, plannedStarts } = previewer.task(id);
    tasks.push({ region: id.region, task: id.task, usersMax, plannedStarts });
    if (tasks.length % TASKS_PER_TURN === 0) await setImmediate();
  }
  return {
    durationSeconds: plan.durationSeconds,
    usersMax: plan.executions.reduce((sum, { load }) => sum + load.usersMax, 0),
    executions: previewer.executions.map(({ startAtMs, ...execution }) => ({
      ...execution,
      startAt: startAtMs === null ? null : new Date(startAtMs).toISOString(),
    })),
    tasks,
  };
}

function checkSize({ executions }: Plan): void {
  const pieces = executions.reduce(
    (sum, { load }) => sum + (load.model === 'closed' ? load.users : load.starts).length,
    0,
  );
  if (pieces <= limits.previewPiecesMax) return;
  const message = `The load of all executions together has ${pieces} steps and stages; a preview shows up to ${limits.previewPiecesMax}.`;
  throw new LoadstarError('scenario_too_large', `${message} Give it fewer steps or executions.`);
}
