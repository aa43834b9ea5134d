/** What a run's tasks left beside their measurements: logs, and whatever else they wrote. */
import type { Artifact, ArtifactUrl } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { compareKeys } from '../../ports/object-key.ts';
import type { ObjectInfo, ReadableObject } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { DownloadContent, SignedDownloads } from '../../ports/signed-downloads.ts';
import { runFolderPrefix } from '../../run-folder/run-folder.ts';
import { readRun } from '../read-run.ts';
import { requireRole } from '../require-role.ts';
import { readAhead } from './read-ahead.ts';
import { zipOf } from './zip.ts';

type ArtifactPorts = Pick<Ports, 'runs' | 'objects'>;

const prefixOf = (runId: string) => `${runFolderPrefix(runId)}${runFolderPaths.artifacts}`;

/** By path: `<region>/<task>/<name>`. Throws `forbidden`, `not_found`, `option_invalid` for a cursor that no page gave. */
export async function listArtifacts(
  ports: ArtifactPorts,
  actor: Actor,
  input: { runId: string; limit: number; cursor?: string | undefined },
): Promise<{ items: Artifact[]; nextCursor: string | null }> {
  const after = input.cursor === undefined ? null : readCursor(input.cursor);
  const prefix = prefixOf(input.runId);
  const paths = (await allArtifacts(ports, actor, input.runId)).map((info) => ({
    path: info.key.slice(prefix.length),
    info,
  }));
  const rest = after === null ? paths : paths.filter(({ path }) => compareKeys(path, after) > 0);
  const items = rest.slice(0, input.limit).map(({ path, info: { sizeBytes, modifiedAtMs } }) => ({
    path,
    sizeBytes,
    modifiedAt: new Date(modifiedAtMs).toISOString(),
  }));
  const last = items.at(-1);
  return { items, nextCursor: rest.length > items.length && last !== undefined ? cursorOf(last.path) : null };
}

/** Throws `forbidden`, `not_found`, `option_invalid` for a path that none can have. */
export async function readArtifact(
  ports: ArtifactPorts,
  actor: Actor,
  { runId, path }: { runId: string; path: string },
): Promise<ReadableObject> {
  requireRole(actor, 'viewer');
  await readRun(ports, { runId });
  const found = await ports.objects.read(prefixOf(runId) + path);
  if (found === null) throw new LoadstarError('not_found', `Run ${runId} has no artifact ${path}.`);
  return found;
}

/**
 * All artifacts of a run as one zip file, made as it is read, which throws `conflict` when one is replaced or deleted meanwhile. Throws `forbidden`,
 * `not_found`.
 */
export async function zipArtifacts(
  ports: ArtifactPorts,
  actor: Actor,
  { runId }: { runId: string },
): Promise<DownloadContent> {
  const prefix = prefixOf(runId);
  const infos = await allArtifacts(ports, actor, runId);
  const entries = () =>
    readAhead(ports, infos).map(({ info: { key, modifiedAtMs }, open }) => ({
      path: key.slice(prefix.length),
      modifiedAtMs,
      open,
    }));
  const sizeBytes = infos.reduce((sum, { key, ...info }) => sum + info.sizeBytes + ENTRY_BYTES + 2 * key.length, 0);
  return { name: `${runId}.zip`, sizeBytes, chunks: () => zipOf(entries()), isSizeExact: false };
}

/** What an entry of a zip file takes beside its content and, twice, its path; ample. */
const ENTRY_BYTES = 256;
const URL_LIFETIME_MS = 15 * 60 * 1000;

/** Where a browser can download it by itself, however large it is. Throws `forbidden`, `not_found`. */
export async function makeArtifactUrl(
  ports: ArtifactPorts & Pick<Ports, 'nowMs'> & { downloads: SignedDownloads },
  actor: Actor,
  { runId, path }: { runId: string; path?: string | undefined },
): Promise<ArtifactUrl> {
  const content: DownloadContent =
    path === undefined
      ? await zipArtifacts(ports, actor, { runId })
      : { name: path, ...(await readArtifact(ports, actor, { runId, path })) };
  const what =
    path === undefined ? ({ kind: 'artifacts', runId } as const) : ({ kind: 'artifact', runId, path } as const);
  const expiresAtMs = ports.nowMs() + URL_LIFETIME_MS;
  const url = await ports.downloads.urlOf({ actor, what, expiresAtMs }, content);
  return { url, expiresAt: new Date(expiresAtMs).toISOString() };
}

async function allArtifacts(ports: ArtifactPorts, actor: Actor, runId: string): Promise<ObjectInfo[]> {
  requireRole(actor, 'viewer');
  await readRun(ports, { runId });
  return ports.objects.list(prefixOf(runId));
}

function cursorOf(path: string): string {
  return Buffer.from(`after ${path}`).toString('base64url');
}

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (text.startsWith('after ')) return text.slice('after '.length);
  throw new LoadstarError('option_invalid', 'The cursor was given by no page of this list.');
}
