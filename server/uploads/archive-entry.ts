/** What an archive says of one entry, and what is refused of it before anything is unpacked. */
import { type Entry, getFileNameLowLevel } from 'yauzl';
import { filePathSchema } from '../../core/api/common.ts';
import { limits } from '../../core/limits.ts';
import { isObjectKey } from '../ports/object-key.ts';

const UTF8_FLAG = 0x800;
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;
const SYMBOLIC_LINK = 0o120000;
const STORED = 0;
const DEFLATED = 8;
/** Reorder text on screens, so that a name reads as another. */
const bidirectional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Null when no text can be made of it. Names that claim nothing are read as UTF-8 if they are that: most packers write it without saying so. */
export function nameOf({ fileNameRaw, generalPurposeBitFlag }: Entry): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fileNameRaw);
  } catch {
    if ((generalPurposeBitFlag & UTF8_FLAG) !== 0) return null;
    return getFileNameLowLevel(0, fileNameRaw, [], true);
  }
}

export function isFolder(name: string): boolean {
  return name.endsWith('/');
}

/** What file managers add, and nobody meant to send. */
export function isIgnored(name: string): boolean {
  const parts = name.split('/');
  return parts[0] === '__MACOSX' || ['.DS_Store', 'Thumbs.db', 'desktop.ini'].includes(parts.at(-1) ?? '');
}

/** Why a file or folder cannot have the name; null when it can. */
export function nameProblem(name: string): string | null {
  const path = isFolder(name) ? name.slice(0, -1) : name;
  if (path.includes('\\')) return 'has a backslash in its name; parts of a path are separated by /';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'has an absolute path';
  if (path.split('/').includes('..')) return 'has a path that leads out of the archive';
  if (/\p{Cc}/u.test(path) || bidirectional.test(path)) return 'has a control character in its name';
  if (!filePathSchema.safeParse(path).success || !isObjectKey(path)) return 'has a name that no file can have here';
  return null;
}

/** Why an entry cannot be unpacked; null when it can. */
export function entryProblem(entry: Entry): string | null {
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK;
  if (type === SYMBOLIC_LINK) return 'is a symbolic link';
  if (type !== 0 && type !== REGULAR_FILE && type !== FOLDER) return 'is neither a file nor a folder';
  if (entry.isEncrypted()) return 'is encrypted';
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    return `is packed by method ${entry.compressionMethod}; only deflate is read`;
  }
  if (entry.uncompressedSize > limits.scenarioFileBytesMax) {
    return `is ${entry.uncompressedSize} bytes; ${limits.scenarioFileBytesMax} are allowed`;
  }
  const isLarge = entry.uncompressedSize > limits.archiveRatioFromBytes;
  if (isLarge && entry.uncompressedSize > entry.compressedSize * limits.archiveRatioMax) {
    return `unpacks to more than ${limits.archiveRatioMax} times its packed size`;
  }
  return null;
}
