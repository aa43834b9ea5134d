/**
 * Mappings with a known set of keywords. A keyword that is not read is never passed over in silence: it is refused with its path,
 * or, where it changes nothing about the load or the target, named in a warning.
 */
import type { z } from 'zod';
import { textOf } from './fields.ts';
import { didYouMean } from './near-spelling.ts';
import type { Path, Problems } from './problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue } from './value.ts';

export interface Keywords<F extends Record<string, z.ZodType>> {
  /** What the mapping is, with its article: `an execution`. */
  what: string;
  /** Keywords that are read, with how. */
  fields: F;
  /** Keywords of Taurus that are refused, each with what to do instead (may be empty). */
  refused: Readonly<Record<string, string>>;
  /** Keywords of Taurus that make no difference here. */
  ignored: readonly string[];
  /** What refuses them. Default: the native engine. */
  refusedBy?: string;
}

export type KeywordTable = Keywords<Record<string, z.ZodType>>;

/** What was read: a keyword that is absent, empty or wrong is not in it. */
export type Read<F extends Record<string, z.ZodType>> = { [K in keyof F]?: z.output<F[K]> };

/**
 * Reads each keyword on its own, so that a wrong one hides no other. Null when the value is no mapping; wherever something is
 * wrong, `problems` has it.
 */
export function readMapping<F extends Record<string, z.ZodType>>(
  value: TaurusValue,
  keywords: Keywords<F>,
  path: Path,
  problems: Problems,
): Read<F> | null {
  if (!isMapping(value)) {
    problems.add(path, `${describe(value)} is not ${keywords.what}: a mapping of keywords is expected`);
    return null;
  }
  const read: Read<F> = {};
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    const field = Object.hasOwn(keywords.fields, key) ? keywords.fields[key] : undefined;
    if (field !== undefined) {
      if (item === null) continue;
      const result = field.safeParse(item);
      if (result.success) Object.assign(read, { [key]: result.data });
      else for (const issue of result.error.issues) problems.add([...at, ...indexes(issue.path)], issue.message);
    } else if (Object.hasOwn(keywords.refused, key)) {
      if (item !== null) problems.add(at, notSupported(keywords.refused[key] ?? '', keywords.refusedBy));
    } else if (keywords.ignored.includes(key)) {
      problems.warn(`${key} of ${keywords.what} makes no difference here`);
    } else {
      problems.add(at, unknownKeyword(key, keywords));
    }
  }
  return read;
}

/** As `readMapping`; a value that is no mapping is the short form, and stands for the text of `keyword`. */
export function readLongOrShort<F extends Record<string, z.ZodType>>(
  value: TaurusValue,
  keyword: keyof F & string,
  keywords: Keywords<F>,
  path: Path,
  problems: Problems,
): Read<F> | null {
  if (isMapping(value)) return readMapping(value, keywords, path, problems);
  const text = textOf(value, (message) => void problems.add(path, message));
  return text === undefined ? null : ({ [keyword]: text } as Read<F>);
}

/** `not supported yet`, and what to do instead. */
export function notSupported(instead: string, by = 'the native engine'): string {
  return `not supported by ${by} yet${instead === '' ? '' : `; ${instead}`}`;
}

/** Whether the mapping has one of the keywords, with any value. */
export function firstOf(mapping: TaurusMapping, keys: readonly string[]): string | null {
  return keys.find((key) => Object.hasOwn(mapping, key)) ?? null;
}

function unknownKeyword(key: string, keywords: KeywordTable): string {
  const words = [...Object.keys(keywords.fields), ...Object.keys(keywords.refused), ...keywords.ignored];
  const bare = key.slice(1);
  if (/^[~^$]/.test(key) && words.includes(bare)) {
    return `the prefix ${key[0]} takes effect where files are merged, and not inside list items; write ${bare}`;
  }
  return `not a keyword of ${keywords.what}${didYouMean(key, words)}`;
}

function indexes(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}
