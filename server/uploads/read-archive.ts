/**
 * Reads a zip archive that somebody sent. Its whole list is checked before anything is unpacked: what its directory says, what lies before each
 * content, and that no two contents share bytes. Then contents are unpacked one by one, as they are asked for, and held to what the list says.
 */
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { type FieldProblem, LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { entryProblem, isFolder, isIgnored, nameOf, nameProblem } from './archive-entry.ts';
import { type ByteSource, ByteSourceReader } from './byte-source-reader.ts';

/** A file of an archive. */
export interface ArchiveFile {
  path: string;
  sizeBytes: number;
  /** Its content. Throws `archive_invalid` when that is not what the archive says of it. */
  chunks(): AsyncGenerator<Uint8Array>;
}

interface Listed {
  name: string;
  entry: Entry;
  /** Of all that belongs to it in the archive. */
  from: number;
  to: number;
}

const PROBLEMS_MAX = 20;
const END_RECORD_BYTES = 22;
const ZIP64_END_RECORD = 0x06064b50;

/** Its files, in its order. Throws `archive_invalid`, naming the entries that are refused and why; what the source throws. */
export async function readArchive(source: ByteSource): Promise<ArchiveFile[]> {
  const reader = new ByteSourceReader(source);
  const zip = await understood(() =>
    fromRandomAccessReaderPromise(reader, source.sizeBytes, { autoClose: false, decodeStrings: false }),
  );
  // Untyped where strings stay bytes.
  const comment = zip.comment as unknown as Buffer;
  const directoryFrom = zip.readEntryCursor as unknown as number;
  const entries = await listEntries(zip);
  await checkEnd(
    reader,
    zip.readEntryCursor as unknown as number,
    source.sizeBytes - END_RECORD_BYTES - comment.length,
  );
  const listed = await locate(zip, entries);
  checkPlaces(listed, directoryFrom);
  return listed
    .filter(({ name }) => !isFolder(name) && !isIgnored(name))
    .map(({ entry, name }) => ({
      path: name,
      sizeBytes: entry.uncompressedSize,
      chunks: () => unpack(zip, entry, name),
    }));
}

async function listEntries(zip: ZipFile): Promise<{ name: string; entry: Entry }[]> {
  const entries: { name: string; entry: Entry }[] = [];
  const problems: FieldProblem[] = [];
  const places = new Map<string, string>();
  let bytes = 0;
  if (zip.entryCount > limits.archiveEntriesMax) {
    throw new LoadstarError(
      'archive_invalid',
      `The archive lists ${zip.entryCount} files; ${limits.archiveEntriesMax} are allowed.`,
    );
  }
  await understood(async () => {
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      const message = name === null ? 'has a name that is no text' : problemOf(name, entry, places);
      if (message !== null) problems.push({ path: (name ?? 'a file').slice(0, 200), message });
      if (name !== null) entries.push({ name, entry });
      bytes += entry.uncompressedSize;
    }
  });
  if (problems.length > 0) throw refused(problems);
  if (bytes > limits.archiveBytesMax) {
    throw new LoadstarError(
      'archive_invalid',
      `The archive unpacks to ${bytes} bytes; ${limits.archiveBytesMax} are allowed.`,
    );
  }
  return entries;
}

function problemOf(name: string, entry: Entry, places: Map<string, string>): string | null {
  const problem = nameProblem(name) ?? entryProblem(entry);
  if (problem !== null || isIgnored(name)) return problem;
  return placeProblem(name, places);
}

/** Two names that some file system takes for one, or a file that is the folder of another. */
function placeProblem(name: string, places: Map<string, string>): string | null {
  const parts = name.normalize('NFC').toLowerCase().split('/');
  const isFile = !isFolder(name);
  if (!isFile) parts.pop();
  for (let length = 1; length < parts.length; length++) {
    const above = parts.slice(0, length).join('/');
    if (places.get(above) === 'file') return `lies below ${above}, which is a file`;
    places.set(above, 'folder');
  }
  const place = parts.join('/');
  const there = places.get(place);
  places.set(place, isFile ? 'file' : 'folder');
  if (there === undefined || (there === 'folder' && !isFile)) return null;
  return there === 'file' && isFile ? 'is there twice (case does not count)' : 'is a file and a folder';
}

/** The list ends where the archive says that it ends: what lies between could be read as another list. */
async function checkEnd(reader: ByteSourceReader, at: number, end: number): Promise<void> {
  const isAtEnd = at === end || (at + 4 <= end && (await reader.bytesAt(at, 4)).readUInt32LE(0) === ZIP64_END_RECORD);
  if (!isAtEnd) throw new LoadstarError('archive_invalid', 'The archive holds more than its list says.');
}

async function locate(zip: ZipFile, entries: readonly { name: string; entry: Entry }[]): Promise<Listed[]> {
  const listed: Listed[] = [];
  const problems: FieldProblem[] = [];
  for (const { entry, name } of entries) {
    const header = await understood(() => zip.readLocalFileHeaderPromise(entry));
    if (!header.fileName.equals(entry.fileNameRaw)) problems.push({ path: name, message: 'has two names' });
    const from = entry.relativeOffsetOfLocalHeader;
    listed.push({ name, entry, from, to: header.fileDataStart + entry.compressedSize });
  }
  if (problems.length > 0) throw refused(problems);
  return listed;
}

function checkPlaces(listed: readonly Listed[], directoryFrom: number): void {
  const inOrder = listed.toSorted((a, b) => a.from - b.from);
  const problems = inOrder.flatMap(({ name, to }, i): FieldProblem[] => {
    const next = inOrder[i + 1];
    if (to > (next?.from ?? directoryFrom)) {
      return [{ path: name, message: `shares bytes with ${next?.name ?? 'the list of the archive'}` }];
    }
    return [];
  });
  if (problems.length > 0) throw refused(problems);
}

async function* unpack(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Uint8Array> {
  let stream: Readable | null = null;
  let checksum = 0;
  try {
    stream = await zip.openReadStreamPromise(entry);
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      checksum = crc32(piece, checksum);
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof LoadstarError) throw cause;
    throw refused([{ path: name, message: `cannot be unpacked: ${(cause as Error).message}` }], cause);
  } finally {
    stream?.destroy();
  }
  if (checksum !== entry.crc32) throw refused([{ path: name, message: 'is damaged: its checksum is another one' }]);
}

/** Whatever the reader of archives finds wrong is wrong with the archive; what a store throws stays as it is. */
async function understood<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof LoadstarError) throw cause;
    throw new LoadstarError('archive_invalid', `The archive cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function refused(problems: readonly FieldProblem[], cause?: unknown): LoadstarError {
  const fields = problems.slice(0, PROBLEMS_MAX);
  const [first] = fields;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more cannot be taken` : '';
  return new LoadstarError('archive_invalid', `The archive is refused: ${first?.path} ${first?.message}${more}.`, {
    fields,
    cause,
  });
}
