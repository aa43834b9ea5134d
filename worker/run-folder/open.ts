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
export type RunFolderPlace =
  | { kind: 'file'; path: string }
  | { kind: 'http'; url: string; token: string }
  | { kind: 's3'; bucket: string; prefix: string; region: string; accessUrl: string; token: string };

/** What a task is told beside the URL; null: it was not. */
export interface RunFolderKeys {
  token: string | null;
  /** Where credentials for a folder in S3 are asked for. */
  accessUrl: string | null;
}

/** The run folder, confined to the task's own objects, with retries. */
export async function openRunFolder(
  place: RunFolderPlace,
  id: TaskId,
  context: { clock: Clock; log: Log },
): Promise<RunFolder> {
  if (place.kind === 'file') return confinedTo(id, withRetries(openFileRunFolder(place.path, id), context));
  const folder = await openRemoteRunFolder(place, id, context);
  return confinedTo(id, withRetries(folder, { ...context, jitter: 0.5, once: [runFolderPaths.control] }));
}

async function openRemoteRunFolder(
  place: Exclude<RunFolderPlace, { kind: 'file' }>,
  id: TaskId,
  context: { clock: Clock; log: Log },
): Promise<RunFolder> {
  if (place.kind === 'http') return openHttpRunFolder({ ...place, clock: context.clock });
  // The SDK takes its time to load: nobody else pays for it.
  const { openS3RunFolder } = await import('./s3.ts');
  return openS3RunFolder({ ...place, ...context, url: place.accessUrl, id });
}

/** What a run folder's URL stands for. Throws `option_invalid`; never repeats credentials that the URL may hold. */
export function placeOf(url: string, keys: RunFolderKeys): RunFolderPlace {
  if (!URL.canParse(url)) {
    throw invalid('the run folder must be a URL like file:///path/to/folder or https://host/api/run-folders/run');
  }
  const parsed = new URL(url);
  if (parsed.protocol === 'file:') return { kind: 'file', path: pathOf(parsed) };
  if (parsed.protocol === 's3:') return s3PlaceOf(parsed, keys);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw invalid(
      `this worker cannot open run folders of the scheme ${parsed.protocol} (it opens file:, http:, https: and s3:)`,
    );
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw invalid(
      "the run folder's URL is scheme, host and path, and nothing else: the token goes into LOADSTAR_RUN_TOKEN",
    );
  }
  const { token } = keys;
  if (token === null) throw invalid('a run folder over HTTP needs the token of the run in LOADSTAR_RUN_TOKEN');
  return { kind: 'http', url: parsed.href.endsWith('/') ? parsed.href : `${parsed.href}/`, token };
}

/** `s3://bucket/runs/<runId>/?region=eu-west-1` */
function s3PlaceOf(
  { host: bucket, pathname, searchParams, username, password, hash }: URL,
  keys: RunFolderKeys,
): RunFolderPlace {
  const region = searchParams.get('region') ?? '';
  const isPlain = username === '' && password === '' && hash === '' && searchParams.size === 1;
  const prefix = pathname.replace(/^\/+/, '').replace(/\/*$/, '/');
  if (
    !isPlain ||
    !/^[a-z0-9.-]{3,63}$/.test(bucket) ||
    !/^[\w/-]{2,}$/.test(prefix) ||
    !/^[a-z0-9-]{1,63}$/.test(region)
  ) {
    throw invalid('a run folder in S3 is a URL like s3://bucket/runs/run/?region=eu-west-1');
  }
  const { token, accessUrl } = keys;
  const isHttp = accessUrl !== null && /^https?:\/\/[^@?#]+$/.test(accessUrl) && URL.canParse(accessUrl);
  if (!isHttp)
    throw invalid('a run folder in S3 needs the URL at which its credentials are asked for in LOADSTAR_RUN_ACCESS_URL');
  if (token === null) throw invalid('a run folder in S3 needs the token of the run in LOADSTAR_RUN_TOKEN');
  return { kind: 's3', bucket, prefix, region, accessUrl, token };
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
