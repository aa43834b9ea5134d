/** Opens a run folder by its URL's scheme. */
import { fileURLToPath } from 'node:url';
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { openFileRunFolder } from './file.ts';
import { openHttpRunFolder } from './http.ts';
import { confinedTo } from './paths.ts';
import { withRetries } from './retries.ts';
import type { RunFolder } from './run-folder.ts';

/** Where a run folder lies, and what opens it. */
export type RunFolderPlace = { kind: 'file'; path: string } | { kind: 'http'; url: string; token: string };

/** The run folder, confined to the task's own objects, with retries. */
export function openRunFolder(place: RunFolderPlace, id: TaskId, context: { clock: Clock; log: Log }): RunFolder {
  if (place.kind === 'file') return confinedTo(id, withRetries(openFileRunFolder(place.path, id), context));
  const folder = openHttpRunFolder({ ...place, clock: context.clock });
  return confinedTo(id, withRetries(folder, { ...context, jitter: 0.5, once: [runFolderPaths.control] }));
}

/** What a run folder's URL stands for. Throws `option_invalid`; never repeats credentials that the URL may hold. */
export function placeOf(url: string, token: string | null): RunFolderPlace {
  if (!URL.canParse(url)) {
    throw invalid('the run folder must be a URL like file:///path/to/folder or https://host/api/run-folders/run');
  }
  const parsed = new URL(url);
  if (parsed.protocol === 'file:') return { kind: 'file', path: pathOf(parsed) };
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw invalid(
      `this worker cannot open run folders of the scheme ${parsed.protocol} (it opens file:, http: and https:)`,
    );
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw invalid(
      "the run folder's URL is scheme, host and path, and nothing else: the token goes into LOADSTAR_RUN_TOKEN",
    );
  }
  if (token === null) throw invalid('a run folder over HTTP needs the token of the run in LOADSTAR_RUN_TOKEN');
  return { kind: 'http', url: parsed.href.endsWith('/') ? parsed.href : `${parsed.href}/`, token };
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw invalid(`the run folder's URL names no local path: ${(error as Error).message}`);
  }
}

function invalid(message: string): LoadstarError {
  return new LoadstarError('option_invalid', message);
}
