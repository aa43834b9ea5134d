/** Replaces a scenario's document. */
import type { ScenarioResource } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoredScenario } from '../../ports/stores.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import type { PlanSettings } from '../start-run.ts';
import { checkVersion, isConflict } from './check-version.ts';
import { readDocumentToStore } from './create-scenario.ts';
import { describeScenario } from './describe-scenarios.ts';
import { getScenario } from './get-scenario.ts';
import type { ScenarioDocument } from './read-document.ts';

type ReplacePorts = Pick<Ports, 'scenarios' | 'runs' | 'objects' | 'audit' | 'nowMs'>;

export interface ReplaceScenario extends ScenarioDocument {
  scenarioId: string;
  /** Versions that it may be made from; null: any. */
  versions: readonly number[] | null;
  plan: PlanSettings;
}

const ATTEMPTS_MAX = 20;

/** Of several that replace the same version one wins. Throws `not_found`, `version_mismatch`, and what creating one throws. */
export async function replaceScenario(
  ports: ReplacePorts,
  actor: Actor,
  { scenarioId, versions, plan, text, format, name }: ReplaceScenario,
): Promise<ScenarioResource> {
  requireRole(actor, 'editor');
  for (let attempt = 1; ; attempt++) {
    const present = await getScenario(ports, scenarioId);
    checkVersion(present, versions);
    // A name that the document does not give stays.
    const read = readDocumentToStore({ text, format, name: name ?? present.scenario.name }, plan);
    const stored: StoredScenario = { ...present, ...read, version: present.version + 1, updatedAtMs: ports.nowMs() };
    try {
      await ports.scenarios.update(stored);
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt === ATTEMPTS_MAX)
        throw new LoadstarError('conflict', `Scenario ${scenarioId} is changed all the time.`);
      continue;
    }
    const detail = `version ${stored.version}`;
    await recordAudit(ports, actor, { action: 'scenario.replace', target: scenarioId, detail });
    return describeScenario(ports, stored);
  }
}
