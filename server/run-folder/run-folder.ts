/** A run's folder as the control plane sees it: the objects below `runs/<runId>/`, by their paths inside (`runFolderPaths`). */
import type { z } from 'zod';
import { LoadstarError } from '../../core/errors.ts';
import type { ObjectBody, ObjectStore } from '../ports/object-store.ts';

export interface RunFolder {
  /** Null when there is none. */
  get(path: string): Promise<Uint8Array | null>;
  put(path: string, body: ObjectBody): Promise<void>;
  /** False when there was one already; it stays. */
  putIfAbsent(path: string, body: Uint8Array): Promise<boolean>;
  /** By path. */
  list(prefix: string): Promise<{ path: string; modifiedAtMs: number }[]>;
}

/** Where a run's folder lies in the object store. */
export function runFolderPrefix(runId: string): string {
  return `runs/${runId}/`;
}

export function openRunFolder(objects: ObjectStore, runId: string): RunFolder {
  const prefix = runFolderPrefix(runId);
  return {
    async get(path) {
      return (await objects.get(prefix + path))?.body ?? null;
    },
    async put(path, body) {
      await objects.put(prefix + path, body);
    },
    async putIfAbsent(path, body) {
      try {
        await objects.put(prefix + path, body, { ifAbsent: true });
        return true;
      } catch (error) {
        if (error instanceof LoadstarError && error.code === 'conflict') return false;
        throw error;
      }
    },
    async list(path) {
      const objectsBelow = await objects.list(prefix + path);
      return objectsBelow.map(({ key, modifiedAtMs }) => ({ path: key.slice(prefix.length), modifiedAtMs }));
    },
  };
}

/** Reads a JSON file of the folder; null when there is none. Throws `run_folder_invalid`, naming it and what is wrong with it. */
export async function readJson<Schema extends z.ZodType>(
  folder: RunFolder,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  const body = await folder.get(path);
  return body === null ? null : parseJson(body, path, schema);
}

/** Throws `run_folder_invalid`. */
export function parseJson<Schema extends z.ZodType>(body: Uint8Array, path: string, schema: Schema): z.infer<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new LoadstarError('run_folder_invalid', `${path} is not JSON.`, { cause: error });
  }
  const { success, data, error } = schema.safeParse(content);
  if (success) return data;
  const [issue] = error.issues;
  const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new LoadstarError('run_folder_invalid', `${path} does not hold what it should. ${where}`, { cause: error });
}

/** JSON for people too: indented, with a newline at the end. */
export function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
