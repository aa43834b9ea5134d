/** Says what is wrong with a document, without storing anything. */

import type { Validation } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { type FieldProblem, LoadstarError } from '../../../core/errors.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { regionRemarks } from '../region-problems.ts';
import { requireRole } from '../require-role.ts';
import type { PlanSettings } from '../start-run.ts';
import { getScenario } from './get-scenario.ts';
import { type DocumentWithFiles, readDocument } from './read-document.ts';
import { storedTaurusFiles } from './stored-taurus-files.ts';

/** A region that there is not yet makes a scenario no worse: that is a warning. Throws `not_found` for `scenarioId`. */
export async function validateScenario(
  ports: Pick<Ports, 'launcher' | 'objects' | 'scenarios'>,
  actor: Actor,
  { plan, scenarioId, ...document }: DocumentWithFiles & { plan: PlanSettings },
): Promise<Validation> {
  requireRole(actor, 'viewer');
  if (scenarioId !== undefined) await getScenario(ports, scenarioId);
  try {
    const { scenario, warnings, files } = readDocument(document);
    const taurusFiles = await storedTaurusFiles(ports, scenario, scenarioId ?? null);
    const planned = makePlan(scenario, { ...plan, runId: 'none', taurusFiles });
    const remarks = (await regionRemarks(ports, planned)).map(({ path, message }) => `${path}: ${message}`);
    return { valid: true, problems: [], warnings: [...warnings, ...remarks], files, scenario };
  } catch (error) {
    return { valid: false, problems: problemsOf(error), warnings: [], files: [], scenario: null };
  }
}

const ofDocuments: ReadonlySet<string> = new Set(['scenario_invalid', 'scenario_unreadable', 'scenario_too_large']);

function problemsOf(error: unknown): FieldProblem[] {
  if (!(error instanceof LoadstarError) || !ofDocuments.has(error.code)) throw error;
  return error.fields.length > 0 ? [...error.fields] : [{ path: '', message: error.message }];
}
