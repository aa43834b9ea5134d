/** Copies a scenario with its files. */
import type { ScenarioResource } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { limits } from '../../../core/limits.ts';
import type { ObjectBody } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoredScenario } from '../../ports/stores.ts';
import { putFiles, scenarioFolder } from '../../scenario-files/scenario-files.ts';
import { newId } from '../new-id.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import type { PlanSettings } from '../start-run.ts';
import { readDocumentToStore } from './create-scenario.ts';
import { describeScenario } from './describe-scenarios.ts';
import { getScenario } from './get-scenario.ts';
import { renameDocument } from './rename-document.ts';
import { listFiles, openFile } from './scenario-files.ts';

type CopyPorts = Pick<Ports, 'scenarios' | 'runs' | 'objects' | 'audit' | 'nowMs' | 'log'>;

export interface CopyScenario {
  scenarioId: string;
  /** Of the copy; default: made of the original's. */
  name?: string | undefined;
  plan: PlanSettings;
}

/** Throws `not_found`. The row comes last: a copy that fails is none. */
export async function copyScenario(
  ports: CopyPorts,
  actor: Actor,
  { scenarioId, name, plan }: CopyScenario,
): Promise<ScenarioResource> {
  requireRole(actor, 'editor');
  const original = await getScenario(ports, scenarioId);
  const text = renameDocument(original, name ?? nameOfCopy(original.scenario.name));
  const nowMs = ports.nowMs();
  const stored: StoredScenario = {
    id: newId('scenario', nowMs),
    version: 1,
    ...readDocumentToStore({ text, format: original.format }, plan),
    createdBy: actor,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  try {
    await copyFiles(ports, actor, scenarioId, stored.id);
    await ports.scenarios.create(stored);
  } catch (error) {
    await ports.objects.deletePrefix(scenarioFolder(stored.id)).catch((cause: Error) => {
      ports.log('warn', 'files of a copy that failed are left behind', { scenarioId: stored.id, error: cause.message });
    });
    throw error;
  }
  await recordAudit(ports, actor, { action: 'scenario.copy', target: stored.id, detail: `of ${scenarioId}` });
  return describeScenario(ports, stored);
}

/** As they are now: their earlier versions stay behind. */
async function copyFiles(
  ports: Pick<Ports, 'objects' | 'nowMs'>,
  actor: Actor,
  from: string,
  to: string,
): Promise<void> {
  const bodies = new Map<string, ObjectBody>();
  for (const { path } of await listFiles(ports, from)) {
    const found = await openFile(ports, from, path);
    if (found !== null) bodies.set(path, found.chunks());
  }
  if (bodies.size > 0) await putFiles(ports, actor, to, { bodies, check: () => {} });
}

function nameOfCopy(name: string): string {
  const suffix = ' (copy)';
  return `${name.slice(0, limits.nameLengthMax - suffix.length)}${suffix}`;
}
