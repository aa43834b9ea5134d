/** What a key of the object store may look like: the same for every adapter, so that a run moves between them. */
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';

/** The parts of a key. Throws `option_invalid`. */
export function checkObjectKey(key: string): string[] {
  const problem = problemOf(key);
  if (problem !== null) {
    throw new LoadstarError('option_invalid', `${quote(key)} cannot be the key of an object: ${problem}`);
  }
  return key.split('/');
}

/** Whether `checkObjectKey` takes it. */
export function isObjectKey(key: string): boolean {
  return problemOf(key) === null;
}

/** The parts of a prefix: none for the empty one, which stands for everything. Throws `option_invalid`. */
export function checkObjectPrefix(prefix: string): string[] {
  if (prefix === '') return [];
  if (!prefix.endsWith('/')) {
    throw new LoadstarError('option_invalid', `${quote(prefix)} cannot be a prefix: it must be empty or end in /`);
  }
  return checkObjectKey(prefix.slice(0, -1));
}

/** As `checkObjectPrefix`, for what deletes: refuses the empty prefix, which would wipe the store. */
export function checkPrefixToDelete(prefix: string): string[] {
  const parts = checkObjectPrefix(prefix);
  if (parts.length > 0) return parts;
  throw new LoadstarError('option_invalid', 'the empty prefix cannot be deleted: it stands for the whole store');
}

/** The order in which keys are listed: by their UTF-8 bytes. (JavaScript orders strings by UTF-16, which differs above U+FFFF.) */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = utf8Rank(a.charCodeAt(i)) - utf8Rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Moves the surrogates, halves of what lies above U+FFFF, behind all other code units. */
function utf8Rank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit;
}

function problemOf(key: string): string | null {
  if (!key.isWellFormed()) return 'it is not valid Unicode';
  if (Buffer.byteLength(key) > limits.objectKeyBytesMax) return `it is longer than ${limits.objectKeyBytesMax} bytes`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
  if (/[\u0000-\u001f\u007f]/.test(key)) return 'it holds a control character';
  if (key.includes('\\')) return 'it holds a backslash; parts are separated by /';
  for (const part of key.split('/')) {
    if (part === '') return 'a part of it is empty';
    if (part === '.' || part === '..') return `a part of it is ${part}`;
    if (part === runFolderPaths.temporary) return `a part of it is ${part}, which is for drafts`;
    if (Buffer.byteLength(part) > limits.objectKeyPartBytesMax) {
      return `a part of it is longer than ${limits.objectKeyPartBytesMax} bytes`;
    }
  }
  return null;
}

function quote(key: string): string {
  return JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}...` : key);
}
