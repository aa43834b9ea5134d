/** Stores a new scenario. */
import type { ScenarioResource } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { ScenarioRead } from '../../../core/scenario/read-scenario.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoredScenario } from '../../ports/stores.ts';
import { newId } from '../new-id.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import type { PlanSettings } from '../start-run.ts';
import { describeScenario } from './describe-scenarios.ts';
import { readDocument, type ScenarioDocument } from './read-document.ts';

type CreatePorts = Pick<Ports, 'scenarios' | 'runs' | 'objects' | 'audit' | 'nowMs'>;

/** Throws `scenario_unreadable`, `scenario_too_large`, `scenario_invalid` (also for a load that cannot be planned). */
export async function createScenario(
  ports: CreatePorts,
  actor: Actor,
  { plan, ...document }: ScenarioDocument & { plan: PlanSettings },
): Promise<ScenarioResource> {
  requireRole(actor, 'editor');
  const nowMs = ports.nowMs();
  const stored: StoredScenario = {
    id: newId('scenario', nowMs),
    version: 1,
    ...readDocumentToStore(document, plan),
    createdBy: actor,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  await ports.scenarios.create(stored);
  await recordAudit(ports, actor, { action: 'scenario.create', target: stored.id, detail: stored.scenario.name });
  return describeScenario(ports, stored);
}

/** What is stored of a document. Its load can be planned: it could run. */
export function readDocumentToStore(
  document: ScenarioDocument,
  plan: PlanSettings,
): Pick<StoredScenario, 'text' | 'format'> & ScenarioRead {
  const read = readDocument(document);
  makePlan(read.scenario, { ...plan, runId: 'none' });
  return { text: document.text, format: document.format, ...read };
}
