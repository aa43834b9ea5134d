/** Names of character encodings. */
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe } from '../input/value.ts';

/** Those that bodies can be sent in, by what they may be called; the names are those that Java tells the target. */
const bodyEncodings: Readonly<Record<string, string>> = {
  'utf-8': 'UTF-8',
  utf8: 'UTF-8',
  'iso-8859-1': 'ISO-8859-1',
  latin1: 'ISO-8859-1',
  'us-ascii': 'US-ASCII',
  ascii: 'US-ASCII',
  'utf-16le': 'UTF-16LE',
};

/** The encoding's name; null, with a problem, when bodies cannot be sent in it. */
export function readEncoding(written: string, path: Path, problems: Problems): string | null {
  if (written === '') return null;
  const key = written.toLowerCase();
  if (Object.hasOwn(bodyEncodings, key)) return bodyEncodings[key] ?? null;
  const known = Object.keys(bodyEncodings);
  const near = didYouMean(written, known) || `: ${known.join(', ')} are`;
  problems.add(path, `${describe(written)} is not an encoding that bodies can be sent in${near}`);
  return null;
}

/** Whether files can be read in it. */
export function isReadable(encoding: string): boolean {
  try {
    new TextDecoder(encoding);
    return true;
  } catch {
    return false;
  }
}
