/** What a scenario would run: users and rates over time, and each task's part of them. */
import { setImmediate } from 'node:timers/promises';
import type { PlanPreview } from '../../../core/api/scenarios.ts';
import { StartSchedule } from '../../../core/plan/load-curve.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { Plan, TaskId } from '../../../core/plan/plan.ts';
import { executionShares } from '../../../core/plan/shard.ts';
import { plannedTasks } from '../../../core/run/tasks.ts';
import type { Scenario } from '../../../core/scenario/scenario.ts';
import type { Ports } from '../../ports/ports.ts';
import type { PlanSettings } from '../start-run.ts';
import { getScenario } from './get-scenario.ts';
import { readDocument, type ScenarioDocument } from './read-document.ts';

const TASKS_PER_TURN = 200;

/** Throws what reading a document throws, and `scenario_invalid` for a load that cannot be planned. */
export async function previewDocument({
  plan,
  ...document
}: ScenarioDocument & { plan: PlanSettings }): Promise<PlanPreview> {
  return previewScenario(readDocument(document).scenario, plan);
}

/** Throws `not_found`. */
export async function previewStoredScenario(
  ports: Pick<Ports, 'scenarios'>,
  { scenarioId, plan }: { scenarioId: string; plan: PlanSettings },
): Promise<PlanPreview> {
  return previewScenario((await getScenario(ports, scenarioId)).scenario, plan);
}

/** Thousands of tasks take a while: others get their turn meanwhile. */
async function previewScenario(scenario: Scenario, settings: PlanSettings): Promise<PlanPreview> {
  const plan = makePlan(scenario, { ...settings, runId: 'none' });
  const startsPlanned = plan.executions.map(({ load }) =>
    load.model === 'open' ? new StartSchedule(load.starts).startsPlanned(load.endSeconds) : null,
  );
  const tasks: PlanPreview['tasks'] = [];
  for (const id of plannedTasks(plan.regions)) {
    tasks.push(previewTask(plan, startsPlanned, id));
    if (tasks.length % TASKS_PER_TURN === 0) await setImmediate();
  }
  return {
    durationSeconds: plan.durationSeconds,
    usersMax: plan.executions.reduce((sum, { load }) => sum + load.usersMax, 0),
    executions: plan.executions.map(({ flow, load }) =>
      load.model === 'closed'
        ? { flow, model: load.model, curve: load.users, unit: 'users' }
        : { flow, model: load.model, curve: load.starts, unit: 'requests/s' },
    ),
    tasks,
  };
}

/** `startsPlanned`: of each execution over all tasks; null for the closed ones. */
function previewTask(plan: Plan, startsPlanned: readonly (number | null)[], id: TaskId): PlanPreview['tasks'][number] {
  let usersMax = 0;
  let plannedStarts: number | null = null;
  for (const [i, { users, starts }] of executionShares(plan, id).entries()) {
    usersMax += users.countBelow(plan.executions[i]?.load.usersMax ?? 0);
    const planned = startsPlanned[i] ?? null;
    if (planned !== null) plannedStarts = (plannedStarts ?? 0) + (starts ?? users).countBelow(planned);
  }
  return { region: id.region, task: id.task, usersMax, plannedStarts };
}
