/** Reads the scenario files named on the command line, and the files that the scenario names. Never more than the limits allow. */
import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { type ErrorCode, type FieldProblem, LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { documentForScript, executorOfScript } from '../../core/taurus/document-for-script.ts';

export interface Source {
  name: string;
  text: string;
}

/** Reads the scenario files in their order; a script stands for a scenario that runs it. Throws `scenario_unreadable` with every file that cannot be read, `scenario_too_large`. */
export async function readSources(paths: readonly string[]): Promise<Source[]> {
  const sources: Source[] = [];
  const problems: FieldProblem[] = [];
  let bytesLeft = limits.scenarioBytesMax;
  for (const path of paths) {
    try {
      const executor = executorOfScript(path);
      if (executor !== null) {
        sources.push({ name: path, text: documentForScript({ script: basename(path), executor }) });
        continue;
      }
      const bytes = await readBounded(path, bytesLeft);
      bytesLeft -= bytes.length;
      sources.push({ name: path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) });
    } catch (error) {
      if (error instanceof TooLarge) {
        const message = `The scenario is larger than ${limits.scenarioBytesMax} bytes.`;
        throw new LoadstarError('scenario_too_large', message, { fields: [{ path, message: 'is too large' }] });
      }
      problems.push({ path, message: whyUnreadable(error) });
    }
  }
  throwIfAny(problems, 'scenario_unreadable', 'The scenario cannot be read.');
  return sources;
}

/**
 * Reads the files that a scenario names, each from the folder of the first scenario file that has it. Throws `scenario_file_missing` with every
 * one that is missing, no plain file, too large, or outside of these folders (also by a symbolic link).
 */
export async function readScenarioFiles(
  names: readonly string[],
  scenarioPaths: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const folders = await Promise.all([...new Set(scenarioPaths.map(dirname))].map((folder) => realpath(folder)));
  const files = new Map<string, Uint8Array>();
  const problems: FieldProblem[] = [];
  for (const name of names) {
    const found = await locate(name, folders);
    if ('message' in found) {
      problems.push({ path: name, message: found.message });
      continue;
    }
    try {
      files.set(name, await readBounded(found.path, limits.scenarioFileBytesMax));
    } catch (error) {
      const message =
        error instanceof TooLarge ? `is larger than ${limits.scenarioFileBytesMax} bytes` : whyUnreadable(error);
      problems.push({ path: name, message });
    }
  }
  throwIfAny(problems, 'scenario_file_missing', 'The scenario names files that cannot be used.');
  return files;
}

async function locate(name: string, folders: readonly string[]): Promise<{ path: string } | { message: string }> {
  for (const folder of folders) {
    const wanted = resolve(folder, name);
    if (!isInside(wanted, folder)) return { message: "lies outside of the scenario file's folder" };
    const real = await realpath(wanted).catch(() => null);
    if (real === null) continue;
    if (!isInside(real, folder)) return { message: "leads out of the scenario file's folder" };
    return (await stat(real)).isFile() ? { path: real } : { message: 'is no plain file' };
  }
  return { message: `is not in ${folders.join(' or ')}` };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

class TooLarge extends Error {}

/** The file's bytes; throws `TooLarge` as soon as there are more than `bytesMax`, whatever kind of file it is. */
async function readBounded(path: string, bytesMax: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw new TooLarge();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EACCES') return 'may not be read';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not text in UTF-8';
  return error instanceof Error ? error.message : String(error);
}

function throwIfAny(fields: FieldProblem[], code: ErrorCode, message: string): void {
  if (fields.length > 0) throw new LoadstarError(code, message, { fields });
}
