/** What the files of a scenario held before, for those who want to see it, or to have it back. */
import type { FileVersionResource, ScenarioFile } from '../../../core/api/scenarios.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { ReadableObject } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import { type FileEntry, withRestored } from '../../scenario-files/file-index.ts';
import { changeFiles, readFileIndex, readVersion } from '../../scenario-files/scenario-files.ts';
import { recordAudit } from '../record-audit.ts';
import { requireRole } from '../require-role.ts';
import { getScenario } from './get-scenario.ts';
import { checkFits, describeFile, describeFiles, presentVersion } from './scenario-files.ts';

type ReadPorts = Pick<Ports, 'scenarios' | 'objects'>;

/** Newest first, of a file that was deleted too. Throws `not_found`. */
export async function listFileVersions(
  ports: ReadPorts,
  actor: Actor,
  { scenarioId, path }: { scenarioId: string; path: string },
): Promise<{ items: FileVersionResource[]; nextCursor: null }> {
  requireRole(actor, 'viewer');
  await getScenario(ports, scenarioId);
  const entry = entryOf(await readFileIndex(ports, scenarioId), scenarioId, path);
  const current = presentVersion(entry);
  const items = entry.versions.map((version) => ({
    sha256: version.sha256,
    sizeBytes: version.sizeBytes,
    storedAt: new Date(version.storedAtMs).toISOString(),
    storedBy: version.storedBy,
    isCurrent: version === current,
  }));
  return { items, nextCursor: null };
}

/** What a file held, whichever it was, and what that is called. Throws `not_found`. */
export async function readContent(
  ports: ReadPorts,
  actor: Actor,
  { scenarioId, sha256 }: { scenarioId: string; sha256: string },
): Promise<ReadableObject & { name: string }> {
  requireRole(actor, 'viewer');
  await getScenario(ports, scenarioId);
  for (const { path, versions } of await readFileIndex(ports, scenarioId)) {
    const version = versions.find((each) => each.sha256 === sha256);
    const found = version === undefined ? null : await readVersion(ports, scenarioId, version);
    if (found !== null) return { ...found, name: path };
  }
  throw new LoadstarError('not_found', `No file of scenario ${scenarioId} holds ${sha256}, or held it lately.`);
}

/** Throws `not_found` when the file never held that, or it is forgotten; `conflict` when the file does not fit any more. */
export async function restoreFile(
  ports: Pick<Ports, 'scenarios' | 'objects' | 'audit' | 'nowMs'>,
  actor: Actor,
  { scenarioId, path, sha256 }: { scenarioId: string; path: string; sha256: string },
): Promise<ScenarioFile> {
  requireRole(actor, 'editor');
  await getScenario(ports, scenarioId);
  const files = await changeFiles(ports, scenarioId, (before) => {
    checkFits(describeFiles(before), path);
    const restored = withRestored(before, { path, sha256 }, { actor, nowMs: ports.nowMs() });
    if (restored !== null) return restored;
    entryOf(before, scenarioId, path);
    throw new LoadstarError('not_found', `${path} did not hold ${sha256}, or that is too long ago.`);
  });
  const detail = `${path}, ${sha256.slice(0, 8)}`;
  await recordAudit(ports, actor, { action: 'scenario.file.restore', target: scenarioId, detail });
  const version = presentVersion(entryOf(files, scenarioId, path));
  if (version === null) throw new LoadstarError('internal', `${path} is not there after it was restored`);
  return describeFile(path, version);
}

function entryOf(files: readonly FileEntry[], scenarioId: string, path: string): FileEntry {
  const entry = files.find((each) => each.path === path);
  if (entry === undefined) throw new LoadstarError('not_found', `Scenario ${scenarioId} has no file ${path}.`);
  return entry;
}
