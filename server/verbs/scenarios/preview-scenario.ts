/** What a scenario would run: users and rates over time, and each task's part of them. */
import type { PlanPreview } from '../../../core/api/scenarios.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { Plan, TaskId } from '../../../core/plan/plan.ts';
import { shardOf } from '../../../core/plan/shard.ts';
import { plannedTasks } from '../../../core/run/tasks.ts';
import type { Scenario } from '../../../core/scenario/scenario.ts';
import type { Ports } from '../../ports/ports.ts';
import type { PlanSettings } from '../start-run.ts';
import { getScenario } from './get-scenario.ts';
import { readDocument, type ScenarioDocument } from './read-document.ts';

/** Throws what reading a document throws, and `scenario_invalid` for a load that cannot be planned. */
export function previewDocument({ plan, ...document }: ScenarioDocument & { plan: PlanSettings }): PlanPreview {
  return previewScenario(readDocument(document).scenario, plan);
}

/** Throws `not_found`. */
export async function previewStoredScenario(
  ports: Pick<Ports, 'scenarios'>,
  { scenarioId, plan }: { scenarioId: string; plan: PlanSettings },
): Promise<PlanPreview> {
  return previewScenario((await getScenario(ports, scenarioId)).scenario, plan);
}

function previewScenario(scenario: Scenario, settings: PlanSettings): PlanPreview {
  const plan = makePlan(scenario, { ...settings, runId: 'none' });
  return {
    durationSeconds: plan.durationSeconds,
    usersMax: plan.executions.reduce((sum, { load }) => sum + load.usersMax, 0),
    executions: plan.executions.map(({ flow, load }) =>
      load.model === 'closed'
        ? { flow, model: load.model, curve: load.users, unit: 'users' }
        : { flow, model: load.model, curve: load.starts, unit: 'requests/s' },
    ),
    tasks: plannedTasks(plan.regions).map((id) => previewTask(plan, id)),
  };
}

function previewTask(plan: Plan, id: TaskId): PlanPreview['tasks'][number] {
  let usersMax = 0;
  let plannedStarts: number | null = null;
  for (const execution of shardOf(plan, id).executions) {
    usersMax += execution.model === 'closed' ? execution.users : execution.usersMax;
    if (execution.model === 'open') plannedStarts = (plannedStarts ?? 0) + execution.starts;
  }
  return { region: id.region, task: id.task, usersMax, plannedStarts };
}
