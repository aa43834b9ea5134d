/** Says what is wrong with a document, without storing anything. */

import type { Validation } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { type FieldProblem, LoadstarError } from '../../../core/errors.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { regionProblems } from '../region-problems.ts';
import { requireRole } from '../require-role.ts';
import type { PlanSettings } from '../start-run.ts';
import { readDocument, type ScenarioDocument } from './read-document.ts';

/** A region that there is not yet makes a scenario no worse: that is a warning. */
export async function validateScenario(
  ports: Pick<Ports, 'launcher'>,
  actor: Actor,
  { plan, ...document }: ScenarioDocument & { plan: PlanSettings },
): Promise<Validation> {
  requireRole(actor, 'viewer');
  try {
    const { scenario, warnings, files } = readDocument(document);
    const { regions } = makePlan(scenario, { ...plan, runId: 'none' });
    const unfit = (await regionProblems(ports, regions)).map(({ path, message }) => `${path}: ${message}`);
    return { valid: true, problems: [], warnings: [...warnings, ...unfit], files, scenario };
  } catch (error) {
    return { valid: false, problems: problemsOf(error), warnings: [], files: [], scenario: null };
  }
}

const ofDocuments: ReadonlySet<string> = new Set(['scenario_invalid', 'scenario_unreadable', 'scenario_too_large']);

function problemsOf(error: unknown): FieldProblem[] {
  if (!(error instanceof LoadstarError) || !ofDocuments.has(error.code)) throw error;
  return error.fields.length > 0 ? [...error.fields] : [{ path: '', message: error.message }];
}
