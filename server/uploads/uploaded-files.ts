/** What somebody uploaded to make a scenario of: a script, a Taurus file, or an archive of them with all that they need. */
import { type FieldProblem, LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { documentForScript, executorOfScript, type ScriptToRun } from '../../core/taurus/document-for-script.ts';
import type { ByteSource } from './byte-source-reader.ts';
import { type ArchiveFile, readArchive } from './read-archive.ts';

export interface UploadedFiles {
  /** Path of the script, or of the Taurus file, that is to run. */
  main: string;
  /** Whether that is a Taurus file: then it is the document of the scenario. */
  isDocument: boolean;
  /** All of them. */
  files: ArchiveFile[];
}

const ARCHIVE_START = Buffer.from('PK');
const TEXT_BYTES_MAX = limits.scenarioBytesMax;

/**
 * `name`: of the file as it was uploaded. `main`: path of the one to run; null: the only one that can be. Throws `archive_invalid`, `main_script_unclear`
 * naming those that can be.
 */
export async function readUploadedFiles(
  source: ByteSource,
  { name, main }: { name: string; main: string | null },
): Promise<UploadedFiles> {
  const isArchive = extensionOf(name) === 'zip' || (await startsAsArchive(source));
  const files = isArchive ? withoutCommonFolder(await readArchive(source)) : [wholeFile(source, name)];
  if (files.length > limits.scenarioFilesMax) {
    const message = `The archive has ${files.length} files; a scenario has at most ${limits.scenarioFilesMax}.`;
    throw new LoadstarError('archive_invalid', message);
  }
  const chosen = await findMain(files, main);
  return { main: chosen, isDocument: isDocument(chosen), files };
}

/** The scenario's document: the Taurus file itself, or one that is made for the script. Throws `scenario_unreadable`. */
export async function documentTextOf(
  { files, isDocument, main }: UploadedFiles,
  { name, load }: Pick<ScriptToRun, 'name' | 'load'> = {},
): Promise<string> {
  const file = files.find(({ path }) => path === main);
  if (isDocument && file !== undefined) return readTextOf(file);
  const executor = executorOfScript(main);
  if (executor === null) throw new LoadstarError('internal', `${main} was taken for a script`);
  return documentForScript({ script: main, executor, name, load });
}

/** The text of a file that people write. Throws `scenario_unreadable` when it is too large for that, or is no UTF-8. */
async function readTextOf({ chunks, path, sizeBytes }: ArchiveFile): Promise<string> {
  if (sizeBytes > TEXT_BYTES_MAX) {
    throw new LoadstarError('scenario_unreadable', `${path} is ${sizeBytes} bytes; ${TEXT_BYTES_MAX} are read.`);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of chunks()) pieces.push(piece);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch (cause) {
    throw new LoadstarError('scenario_unreadable', `${path} is not text in UTF-8.`, { cause });
  }
}

async function startsAsArchive(source: ByteSource): Promise<boolean> {
  if (source.sizeBytes < ARCHIVE_START.length) return false;
  const pieces: Uint8Array[] = [];
  for await (const piece of source.chunks({ from: 0, to: ARCHIVE_START.length })) pieces.push(piece);
  return Buffer.concat(pieces).equals(ARCHIVE_START);
}

function wholeFile(source: ByteSource, name: string): ArchiveFile {
  const path = name.split(/[/\\]/).at(-1) ?? name;
  const { sizeBytes } = source;
  if (sizeBytes > limits.scenarioFileBytesMax) {
    throw new LoadstarError('body_too_large', `A script has at most ${limits.scenarioFileBytesMax} bytes.`);
  }
  return {
    path,
    sizeBytes,
    async *chunks() {
      yield* source.chunks({ from: 0, to: sizeBytes });
    },
  };
}

/** Who packs a folder packs its name too: when all lies in one folder, that folder is what was meant. */
function withoutCommonFolder(files: readonly ArchiveFile[]): ArchiveFile[] {
  const folders = new Set(files.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : '')));
  const [folder = ''] = folders;
  if (folders.size !== 1 || folder === '' || folder === 'plugins/') return [...files];
  return withoutCommonFolder(files.map((file) => ({ ...file, path: file.path.slice(folder.length) })));
}

async function findMain(files: readonly ArchiveFile[], wanted: string | null): Promise<string> {
  if (wanted !== null) return readWanted(files, wanted);
  const top = files.filter(({ path }) => !path.includes('/'));
  const documents: ArchiveFile[] = [];
  for (const file of top) if (isDocument(file.path) && (await looksLikeTaurus(file))) documents.push(file);
  const candidates = documents.length > 0 ? documents : top.filter(({ path }) => isScript(path));
  const [first, second] = candidates;
  if (first !== undefined && second === undefined) return first.path;
  const fields = candidates.map(({ path }): FieldProblem => ({ path, message: 'can be run' }));
  if (first === undefined) {
    const message = 'There is no script to run: a .jmx, .js, .ts, .py or a Taurus .yml is looked for, not in folders.';
    throw new LoadstarError('main_script_unclear', message);
  }
  const names = fields.map(({ path }) => path).join(', ');
  throw new LoadstarError('main_script_unclear', `Several files can be run: ${names}.`, { fields });
}

function readWanted(files: readonly ArchiveFile[], wanted: string): string {
  const isThere = files.some(({ path }) => path === wanted);
  if (isThere && (isScript(wanted) || isDocument(wanted))) return wanted;
  const what = isThere ? 'cannot be run: a .jmx, .js, .ts, .py or .yml can' : 'is not among the files';
  const fields = files
    .filter(({ path }) => isScript(path) || isDocument(path))
    .map(({ path }): FieldProblem => ({ path, message: 'can be run' }));
  throw new LoadstarError('main_script_unclear', `${wanted} ${what}.`, { fields });
}

async function looksLikeTaurus(file: ArchiveFile): Promise<boolean> {
  return /^\s*["']?(execution|scenarios)["']?\s*:/m.test(await readTextOf(file));
}

function isScript(path: string): boolean {
  return ['jmx', 'js', 'mjs', 'ts', 'py'].includes(extensionOf(path)) && !path.endsWith('.d.ts');
}

function isDocument(path: string): boolean {
  return ['yml', 'yaml'].includes(extensionOf(path));
}

function extensionOf(path: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}
