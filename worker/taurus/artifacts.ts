/** What a task keeps of its work folder: logs, files of samples and errors, what the script wrote. Small ones first, as much as may be. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createGzip } from 'node:zlib';
import { limits } from '../../core/limits.ts';
import type { Mask } from '../../core/secrets/secret-mask.ts';
import { type FoundFile, filesBelow, type WorkFolder } from './work-folder.ts';

/** Larger ones are compressed. */
const PLAIN_BYTES_MAX = 4 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
/** What is nobody's result: gates, compiled Python, and further copies of what Taurus was told (`effective.yml` has it all). */
const NOT_KEPT =
  /(?:^|\/)(?:__pycache__|python-packages)\/|\.go$|\.pyc$|^(?:\.bzt-rc|config\.json|merged\.\w+|effective\.json|GRACEFUL.*)$/;

export interface ArtifactsOptions {
  folder: WorkFolder;
  /** The scenario's files as they were written for the task: unchanged, they are not kept. */
  written: ReadonlyMap<string, FoundFile>;
  /** Of secrets; null: there are none. */
  mask: Mask | null;
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Nothing more is begun after this instant of `performance.now()`. */
  endsAtMs: number;
  log(level: 'info' | 'warn', message: string, fields?: Record<string, unknown>): void;
}

export async function keepArtifacts(options: ArtifactsOptions): Promise<void> {
  const files = (await filesToKeep(options)).sort((a, b) => a.sizeBytes - b.sizeBytes);
  let bytesLeft: number = limits.taskArtifactsBytesMax;
  const leftOut: string[] = files.slice(limits.taskArtifactsMax).map(({ path }) => path);
  for (const file of files.slice(0, limits.taskArtifactsMax)) {
    if (performance.now() > options.endsAtMs || bytesLeft <= 0) {
      leftOut.push(file.path);
      continue;
    }
    try {
      bytesLeft -= await keep(file, Math.min(bytesLeft, limits.taskObjectBytesMax), options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      options.log('warn', 'an artifact could not be kept', { path: file.path, error: reason });
    }
  }
  if (leftOut.length > 0) {
    options.log('warn', 'artifacts were left out: there were too many, or too large ones, or no time was left', {
      count: leftOut.length,
      first: leftOut.slice(0, 10),
    });
  }
}

async function filesToKeep({ folder, written }: ArtifactsOptions): Promise<FoundFile[]> {
  const ofTaurus = await filesBelow(folder.artifacts);
  const output = (await filesBelow(folder.root)).filter(
    ({ absolute }) => absolute === folder.output || absolute === folder.log,
  );
  const ofScript = (await filesBelow(folder.files)).filter(({ modifiedAtMs, path, sizeBytes }) => {
    const before = written.get(path);
    return before === undefined || before.modifiedAtMs !== modifiedAtMs || before.sizeBytes !== sizeBytes;
  });
  const all = [...ofTaurus, ...output, ...ofScript.map((file) => ({ ...file, path: `files/${file.path}` }))];
  return all.filter(({ path, sizeBytes }) => sizeBytes > 0 && !NOT_KEPT.test(path) && isName(path));
}

/** As paths of the run folder may be. */
function isName(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
  return path.length <= 400 && !/[\u0000-\u001f\\]/.test(path);
}

/** How many bytes were written. */
async function keep(file: FoundFile, bytesMax: number, { log, mask, write }: ArtifactsOptions): Promise<number> {
  if (file.sizeBytes <= PLAIN_BYTES_MAX && file.sizeBytes <= bytesMax) {
    const bytes = await readFile(file.absolute);
    const shown = mask === null ? bytes : masked(bytes, mask);
    await write(file.path, shown);
    return shown.length;
  }
  const { bytes, cutAtBytes } = await compressed(file, bytesMax, mask);
  const name = `${file.path}.gz`;
  await write(name, bytes);
  if (cutAtBytes !== null) {
    log('warn', 'an artifact was cut: it is too large', { name, keptBytes: cutAtBytes, ofBytes: file.sizeBytes });
  }
  return bytes.length;
}

/** As much of the file as fits. */
async function compressed(
  file: FoundFile,
  bytesMax: number,
  mask: Mask | null,
): Promise<{ bytes: Buffer; cutAtBytes: number | null }> {
  const gzip = createGzip({ level: 4 });
  const parts: Buffer[] = [];
  let length = 0;
  gzip.on('data', (part: Buffer) => {
    parts.push(part);
    length += part.length;
  });
  const ended = new Promise((resolve, reject) => gzip.once('end', resolve).once('error', reject));
  let taken = 0;
  let isCut = false;
  for await (const chunk of wholeLines(createReadStream(file.absolute, { highWaterMark: CHUNK_BYTES }))) {
    // What is inside the compressor still comes out: at most two chunks.
    if (length > bytesMax - 2 * CHUNK_BYTES) {
      isCut = true;
      break;
    }
    taken += chunk.length;
    const shown = mask === null ? chunk : masked(chunk, mask);
    await new Promise<void>((resolve) => void gzip.write(shown, () => resolve()));
  }
  gzip.end();
  await ended;
  return { bytes: Buffer.concat(parts), cutAtBytes: isCut ? taken : null };
}

/** The same bytes in parts that end with a line where there are lines, so that no secret is torn. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf(0x0a) + 1 || all.length;
    rest = all.subarray(end);
    yield all.subarray(0, end);
  }
  if (rest.length > 0) yield rest;
}

/** What is no text keeps its bytes, unless a secret is in it. */
function masked(bytes: Buffer, mask: Mask): Buffer {
  const text = bytes.toString('utf8');
  const shown = mask(text);
  return shown === text ? bytes : Buffer.from(shown);
}
