/**
 * A scenario's files: which there are, and which there were. One object, `files.json` in the scenario's folder, names them all and is changed by
 * compare-and-swap; what they hold lies beside it, each content once, under a key that is never used again. So a change of many files is seen whole
 * or not at all, and nobody reads half of one.
 */
import { z } from 'zod';
import { filePathSchema } from '../../core/api/common.ts';
import { type Actor, actorSchema } from '../../core/api/system.ts';
import { limits } from '../../core/limits.ts';
import { compareKeys } from '../ports/object-key.ts';

export const fileVersionSchema = z.strictObject({
  /** Of its content, hex. No two versions of a file have the same. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.int().min(0),
  storedAtMs: z.number(),
  storedBy: actorSchema,
  /** Where it lies, below the scenario's folder. */
  content: z.string().min(1),
});
export type FileVersion = z.infer<typeof fileVersionSchema>;

export const fileEntrySchema = z.strictObject({
  path: filePathSchema,
  /** It was deleted; its versions stay for a while. */
  isDeleted: z.boolean(),
  /** Newest first: the first one is what the file holds. */
  versions: z.array(fileVersionSchema).min(1),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

export const fileIndexSchema = z.strictObject({ version: z.literal(1), files: z.array(fileEntrySchema) });

/** A content that was stored and is no file yet. */
export type StoredContent = Pick<FileVersion, 'sha256' | 'sizeBytes' | 'content'>;

/** Files with these contents at these paths. What a path held before becomes an earlier version of it. */
export function withContents(
  files: readonly FileEntry[],
  contents: ReadonlyMap<string, StoredContent>,
  by: { actor: Actor; nowMs: number },
): FileEntry[] {
  const changed = new Map(files.map((entry) => [entry.path, entry]));
  for (const [path, stored] of contents) {
    const earlier = changed.get(path);
    const [newest] = earlier?.versions ?? [];
    if (earlier?.isDeleted === false && newest?.sha256 === stored.sha256) continue;
    // The same content again is the same version, come back.
    const known = earlier?.versions.find(({ sha256 }) => sha256 === stored.sha256);
    const others = earlier?.versions.filter((version) => version !== known) ?? [];
    const content = known?.content ?? stored.content;
    const version = { ...stored, content, storedAtMs: by.nowMs, storedBy: by.actor };
    changed.set(path, { path, isDeleted: false, versions: [version, ...others] });
  }
  return keepBounded([...changed.values()]);
}

/** The file holds again what it held once; null when that is known no more. */
export function withRestored(
  files: readonly FileEntry[],
  { path, sha256 }: { path: string; sha256: string },
  by: { actor: Actor; nowMs: number },
): FileEntry[] | null {
  const version = files.find((entry) => entry.path === path)?.versions.find((each) => each.sha256 === sha256);
  return version === undefined ? null : withContents(files, new Map([[path, version]]), by);
}

export function withoutFile(files: readonly FileEntry[], path: string): FileEntry[] {
  return files.map((entry) => (entry.path === path ? { ...entry, isDeleted: true } : entry));
}

/** Lets the oldest earlier versions go until no limit is met. */
function keepBounded(files: readonly FileEntry[]): FileEntry[] {
  const earlier = files
    .flatMap(({ isDeleted, versions }) => {
      const kept = isDeleted ? versions : versions.slice(1);
      return kept.slice(0, limits.fileVersionsMax);
    })
    .sort((a, b) => b.storedAtMs - a.storedAtMs);
  const kept = new Set<FileVersion>();
  let bytes = 0;
  for (const version of earlier) {
    bytes += version.sizeBytes;
    if (kept.size === limits.scenarioFileVersionsMax || bytes > limits.scenarioFileVersionsBytesMax) break;
    kept.add(version);
  }
  return files
    .map(({ path, isDeleted, versions }) => ({
      path,
      isDeleted,
      versions: versions.filter((version, i) => (i === 0 && !isDeleted) || kept.has(version)),
    }))
    .filter(({ versions }) => versions.length > 0)
    .sort((a, b) => compareKeys(a.path, b.path));
}
