/** A zip of this machine as a scenario to run: its Taurus file, or one made for its script, and all that it brings. */
import { open, stat } from 'node:fs/promises';
import { LoadstarError } from '../../core/errors.ts';
import { readScenario, type ScenarioRead } from '../../core/scenario/read-scenario.ts';
import type { BytesPart } from '../../server/ports/object-store.ts';
import type { ByteSource } from '../../server/uploads/byte-source-reader.ts';
import { documentTextOf, readUploadedFiles } from '../../server/uploads/uploaded-files.ts';
import type { FileBodies } from '../../server/verbs/taurus-files.ts';

/** Throws `scenario_unreadable`, `archive_invalid`, `main_script_unclear`, and what `readScenario` throws. */
export async function readArchiveScenario(
  path: string,
  { main, overrides }: { main: string | null; overrides: readonly { key: string; value: string }[] },
): Promise<Omit<ScenarioRead, 'files'> & { files: FileBodies }> {
  const uploaded = await readUploadedFiles(await fileSource(path), { name: path, main });
  const source = { name: uploaded.main, text: await documentTextOf(uploaded) };
  const { scenario, warnings, files: named } = readScenario({ sources: [source], overrides, nowMs: Date.now() });
  const files = new Map(
    uploaded.files.map(({ chunks, path: name }) => [name, async () => ({ [Symbol.asyncIterator]: chunks })]),
  );
  const missing = named.filter((name) => !files.has(name));
  if (missing.length > 0) {
    const fields = missing.map((name) => ({ path: name, message: `is not in ${path}` }));
    throw new LoadstarError('scenario_file_missing', 'The scenario names files that it does not bring.', { fields });
  }
  // Only scripts open what nobody names.
  if (scenario.taurus === null) for (const name of files.keys()) if (!named.includes(name)) files.delete(name);
  return { scenario, warnings, files };
}

async function fileSource(path: string): Promise<ByteSource> {
  const stats = await stat(path).catch((cause: Error) => {
    throw new LoadstarError('scenario_unreadable', `${path} cannot be read: ${cause.message}`, { cause });
  });
  async function* chunks({ from, to }: BytesPart) {
    if (from === to) return;
    const file = await open(path);
    yield* file.createReadStream({ start: from, end: to - 1 }) as AsyncIterable<Uint8Array>;
  }
  return { sizeBytes: stats.size, chunks };
}
