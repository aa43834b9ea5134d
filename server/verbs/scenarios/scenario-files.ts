/** Where a scenario's own files lie: bodies, data, scripts, by the paths under which it names them. */
import type { ScenarioFile } from '../../../core/api/scenarios.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { isObjectKey } from '../../ports/object-key.ts';
import type { Ports } from '../../ports/ports.ts';

export function scenarioFilesPrefix(scenarioId: string): string {
  return `scenarios/${scenarioId}/files/`;
}

/** Throws `option_invalid` for a path that is none inside the folder. */
export function scenarioFileKey(scenarioId: string, path: string): string {
  const key = scenarioFilesPrefix(scenarioId) + path;
  if (isObjectKey(key)) return key;
  const message = 'parts separated by / are expected, none of them empty, . or .., without control characters';
  throw new LoadstarError('option_invalid', 'The path of the file is not a path inside the folder of the scenario.', {
    fields: [{ path: 'path', message }],
  });
}

/** By path. */
export async function listFiles({ objects }: Pick<Ports, 'objects'>, scenarioId: string): Promise<ScenarioFile[]> {
  const prefix = scenarioFilesPrefix(scenarioId);
  return (await objects.list(prefix)).map(({ key, sizeBytes, modifiedAtMs }) => ({
    path: key.slice(prefix.length),
    sizeBytes,
    modifiedAt: new Date(modifiedAtMs).toISOString(),
  }));
}

/** Throws `conflict` when the path is the folder of another file or lies below one, or when there are too many files. */
export function checkFits(files: readonly ScenarioFile[], path: string): void {
  if (files.some((file) => file.path === path)) return;
  const other = files.find((file) => file.path.startsWith(`${path}/`) || path.startsWith(`${file.path}/`));
  if (other !== undefined) {
    throw new LoadstarError('conflict', `${path} cannot be a file beside ${other.path}: a file is no folder.`);
  }
  if (files.length >= limits.scenarioFilesMax) {
    throw new LoadstarError('conflict', `The scenario has ${files.length} files; more are not allowed.`);
  }
}
