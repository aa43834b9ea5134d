/** Stores and reads the files of scenarios, by the index of each (`file-index.ts`). */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../../core/api/system.ts';
import { LoadstarError } from '../../core/errors.ts';
import type { ObjectBody, ReadableObject } from '../ports/object-store.ts';
import type { Ports } from '../ports/ports.ts';
import { digesting } from './digest.ts';
import { type FileEntry, type FileVersion, fileIndexSchema, type StoredContent, withContents } from './file-index.ts';

type Objects = Pick<Ports, 'objects'>;

const ATTEMPTS_MAX = 100;
const RETRY_MS_MAX = 20;
const INDEX = 'files.json';
const CONTENTS = 'contents/';
/** Where files lay before there was an index, by their paths. */
const UNINDEXED = 'files/';

/** Where all that belongs to a scenario lies in the object store. */
export function scenarioFolder(scenarioId: string): string {
  return `scenarios/${scenarioId}/`;
}

/** All files, those that were deleted too, by path. Throws `store_failed`. */
export async function readFileIndex(ports: Objects, scenarioId: string): Promise<FileEntry[]> {
  return (await readIndex(ports, scenarioId)).files;
}

/**
 * Changes the files: `change` gets them as they are and returns them as they shall be; it is called again when somebody else was faster. Contents
 * that no version holds any more are deleted. Throws what `change` throws.
 */
export async function changeFiles(
  ports: Objects,
  scenarioId: string,
  change: (files: readonly FileEntry[]) => FileEntry[],
): Promise<FileEntry[]> {
  const { objects } = ports;
  const folder = scenarioFolder(scenarioId);
  for (let attempt = 1; ; attempt++) {
    const { files: before, etag } = await readIndex(ports, scenarioId);
    const files = change(before);
    const body = new TextEncoder().encode(JSON.stringify({ version: 1, files }));
    try {
      await objects.put(folder + INDEX, body, etag === null ? { ifAbsent: true } : { ifMatch: etag });
    } catch (error) {
      if (!(error instanceof LoadstarError && error.code === 'conflict') || attempt === ATTEMPTS_MAX) throw error;
      await sleep(Math.random() * RETRY_MS_MAX);
      continue;
    }
    const held = contentsOf(files);
    for (const content of contentsOf(before)) if (!held.has(content)) await objects.delete(folder + content);
    return files;
  }
}

/**
 * Stores contents, then makes them the files at these paths, all at once. `check` sees the files as they are before, and may throw: then nothing is
 * changed, and nothing is left.
 */
export async function putFiles(
  ports: Objects & Pick<Ports, 'nowMs'>,
  actor: Actor,
  scenarioId: string,
  input: {
    bodies: ReadonlyMap<string, ObjectBody>;
    check(files: readonly FileEntry[]): void;
  },
): Promise<FileEntry[]> {
  const contents = new Map<string, StoredContent>();
  let files: FileEntry[] = [];
  // An index that could not be written may have been: then its contents stay, at worst without use.
  let mayBeWritten = false;
  try {
    for (const [path, body] of input.bodies) contents.set(path, await storeContent(ports, scenarioId, body));
    files = await changeFiles(ports, scenarioId, (before) => {
      mayBeWritten = false;
      input.check(before);
      mayBeWritten = true;
      return withContents(before, contents, { actor, nowMs: ports.nowMs() });
    });
    await deleteUnused(ports, scenarioId, contents, files);
    return files;
  } catch (error) {
    if (!mayBeWritten) await deleteUnused(ports, scenarioId, contents, []);
    throw error;
  }
}

async function deleteUnused(
  { objects }: Objects,
  scenarioId: string,
  contents: ReadonlyMap<string, StoredContent>,
  files: readonly FileEntry[],
): Promise<void> {
  const held = contentsOf(files);
  for (const { content } of contents.values()) {
    if (!held.has(content)) await objects.delete(scenarioFolder(scenarioId) + content);
  }
}

/** Null when it is gone by now: the index says what there is instead. */
export function readVersion(
  { objects }: Objects,
  scenarioId: string,
  { content }: FileVersion,
): Promise<ReadableObject | null> {
  return objects.read(scenarioFolder(scenarioId) + content);
}

async function storeContent({ objects }: Objects, scenarioId: string, body: ObjectBody): Promise<StoredContent> {
  const { digest, pieces } = digesting(body);
  const content = CONTENTS + randomBytes(16).toString('hex');
  await objects.put(scenarioFolder(scenarioId) + content, pieces);
  return { content, ...digest() };
}

async function readIndex(ports: Objects, scenarioId: string): Promise<{ files: FileEntry[]; etag: string | null }> {
  const found = await ports.objects.get(scenarioFolder(scenarioId) + INDEX);
  if (found === null) return { files: await unindexedFiles(ports, scenarioId), etag: null };
  const { success, data, error } = fileIndexSchema.safeParse(JSON.parse(new TextDecoder().decode(found.body)));
  if (success) return { files: data.files, etag: found.etag };
  const message = `${INDEX} of scenario ${scenarioId} does not hold what it should`;
  throw new LoadstarError('store_failed', message, { cause: error });
}

async function unindexedFiles({ objects }: Objects, scenarioId: string): Promise<FileEntry[]> {
  const folder = scenarioFolder(scenarioId);
  const files: FileEntry[] = [];
  for (const { key, modifiedAtMs, sizeBytes } of await objects.list(folder + UNINDEXED)) {
    const found = await objects.get(key);
    if (found === null) continue;
    const sha256 = createHash('sha256').update(found.body).digest('hex');
    const content = key.slice(folder.length);
    const version = { sha256, sizeBytes, storedAtMs: modifiedAtMs, storedBy: { kind: 'local' } as const, content };
    files.push({ path: content.slice(UNINDEXED.length), isDeleted: false, versions: [version] });
  }
  return files;
}

function contentsOf(files: readonly FileEntry[]): Set<string> {
  return new Set(files.flatMap(({ versions }) => versions.map(({ content }) => content)));
}
