/** Names of character encodings. */
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe } from '../input/value.ts';

/** Those that bodies can be sent in. */
const bodyEncodings = ['utf-8', 'utf8', 'iso-8859-1', 'latin1', 'us-ascii', 'ascii', 'utf-16le'];

/** As it is written; null, with a problem, when bodies cannot be sent in it. */
export function readEncoding(written: string, path: Path, problems: Problems): string | null {
  if (written === '') return null;
  if (bodyEncodings.includes(written.toLowerCase())) return written;
  const near = didYouMean(written, bodyEncodings) || `: ${bodyEncodings.join(', ')} are`;
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
