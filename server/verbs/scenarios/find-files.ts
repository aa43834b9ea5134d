/** The files that a scenario names, for those who run or try it. */
import { LoadstarError } from '../../../core/errors.ts';
import type { ObjectBody } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import { listFiles, openFile } from './scenario-files.ts';

/**
 * By path, each read when it is its turn. `scenarioId`: the stored scenario that has them; null where nothing is stored. `all`: those that it
 * does not name too. Throws `scenario_file_missing`
 * naming those that were not uploaded; so does reading one that was deleted since.
 */
export async function findFiles(
  ports: Pick<Ports, 'objects'>,
  { scenarioId, named, all = false }: { scenarioId: string | null; named: readonly string[]; all?: boolean },
): Promise<Map<string, () => Promise<ObjectBody>>> {
  const present = scenarioId === null ? [] : await listFiles(ports, scenarioId);
  const paths = new Set(present.map(({ path }) => path));
  refuseMissing(
    scenarioId,
    named.filter((path) => !paths.has(path)),
  );
  const read = async (path: string) => {
    const found = scenarioId === null ? null : await openFile(ports, scenarioId, path);
    if (found === null) refuseMissing(scenarioId, [path]);
    return found?.chunks() ?? new Uint8Array();
  };
  return new Map([...new Set([...named, ...(all ? paths : [])])].map((path) => [path, () => read(path)]));
}

function refuseMissing(scenarioId: string | null, paths: readonly string[]): void {
  if (paths.length === 0) return;
  const fields = paths.map((path) => ({ path, message: 'was not uploaded' }));
  const names = paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
  const what = scenarioId === null ? 'The document names files, which only a stored scenario has' : null;
  throw new LoadstarError(
    'scenario_file_missing',
    `${what ?? `Scenario ${scenarioId} lacks files that it names`}: ${names}.`,
    {
      fields,
    },
  );
}
