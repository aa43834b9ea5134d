/** A scenario's own files: bodies, data, scripts, by the paths under which it names them. */
import type { ScenarioFile } from '../../../core/api/scenarios.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { isObjectKey } from '../../ports/object-key.ts';
import type { ReadableObject } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FileEntry, FileVersion } from '../../scenario-files/file-index.ts';
import { readFileIndex, readVersion } from '../../scenario-files/scenario-files.ts';

/** What a file may lie under in a run's folder, as long as the ids of runs are. */
const LONGEST_FOLDER = `runs/${'x'.repeat(64)}/files/`;

/** Throws `option_invalid` for a path that is none inside the folder. */
export function checkFilePath(path: string): void {
  if (isObjectKey(LONGEST_FOLDER + path)) return;
  const message = 'parts separated by / are expected, none of them empty, . or .., without control characters';
  throw new LoadstarError('option_invalid', 'The path of the file is not a path inside the folder of the scenario.', {
    fields: [{ path: 'path', message }],
  });
}

/** By path. */
export async function listFiles(ports: Pick<Ports, 'objects'>, scenarioId: string): Promise<ScenarioFile[]> {
  return describeFiles(await readFileIndex(ports, scenarioId));
}

/** Those that are there, by path. */
export function describeFiles(files: readonly FileEntry[]): ScenarioFile[] {
  return files.flatMap((entry) => {
    const version = presentVersion(entry);
    return version === null ? [] : [describeFile(entry.path, version)];
  });
}

export function describeFile(path: string, { sizeBytes, sha256, storedAtMs }: FileVersion): ScenarioFile {
  return { path, sizeBytes, sha256, modifiedAt: new Date(storedAtMs).toISOString() };
}

/** What a file holds; null when it was deleted. */
export function presentVersion({ isDeleted, versions }: FileEntry): FileVersion | null {
  return isDeleted ? null : (versions[0] ?? null);
}

/** What a file holds now; null when there is none. */
export async function openFile(
  ports: Pick<Ports, 'objects'>,
  scenarioId: string,
  path: string,
): Promise<(ReadableObject & { sha256: string }) | null> {
  // Once more when it was replaced so often meanwhile that what it held is forgotten.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const entry = (await readFileIndex(ports, scenarioId)).find((each) => each.path === path);
    const version = entry === undefined ? null : presentVersion(entry);
    if (version === null) return null;
    const found = await readVersion(ports, scenarioId, version);
    if (found !== null) return { ...found, sha256: version.sha256, modifiedAtMs: version.storedAtMs };
  }
  return null;
}

/** Throws `conflict` when the path is the folder of another file or lies below one, or when there are too many files. */
export function checkFits(files: readonly Pick<ScenarioFile, 'path'>[], path: string): void {
  if (files.some((file) => file.path === path)) return;
  const other = files.find((file) => file.path.startsWith(`${path}/`) || path.startsWith(`${file.path}/`));
  if (other !== undefined) {
    throw new LoadstarError('conflict', `${path} cannot be a file beside ${other.path}: a file is no folder.`);
  }
  if (files.length >= limits.scenarioFilesMax) {
    throw new LoadstarError('conflict', `The scenario has ${files.length} files; more are not allowed.`);
  }
}
