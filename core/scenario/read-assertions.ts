/** `assert`: a pattern, a list of patterns, or the long form. */
import { textOf } from '../input/fields.ts';
import { readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { isMapping, type TaurusValue } from '../input/value.ts';
import { type Assertion, containsAssertionSchema } from './scenario.ts';
import { assertionKeywords } from './taurus-schema.ts';
import { checkTemplate, fillIn, type Variables } from './templates.ts';

const subjects = containsAssertionSchema.shape.subject.options;

/** Taurus' defaults: a regular expression that the body must contain. */
export function readAssertions(value: TaurusValue, variables: Variables, path: Path, problems: Problems): Assertion[] {
  if (!Array.isArray(value)) return [readAssertion(value, variables, path, problems)].filter((item) => item !== null);
  return value
    .map((item, index) => readAssertion(item, variables, [...path, index], problems))
    .filter((item) => item !== null);
}

function readAssertion(value: TaurusValue, variables: Variables, path: Path, problems: Problems): Assertion | null {
  const isLong = isMapping(value);
  const read = readMapping(isLong ? value : { contains: value }, assertionKeywords, path, problems);
  if (read === null) return null;
  const at = isLong ? [...path, 'contains'] : path;
  if (read.contains === undefined) {
    problems.add(at, 'is missing: the texts to look for');
    return null;
  }
  const isRegexp = read.regexp ?? true;
  const patterns = Array.isArray(read.contains) ? read.contains : [read.contains];
  if (patterns.length === 0) problems.add(at, 'is an empty list');
  const contains = patterns.flatMap((item, index) => {
    const patternPath = Array.isArray(read.contains) ? [...at, index] : at;
    const text = textOf(item, (message) => void problems.add(patternPath, message));
    const pattern = text === undefined ? null : readPattern(text, isRegexp, variables, patternPath, problems);
    return pattern === null ? [] : [pattern];
  });
  const subject = subjects.find((known) => known === (read.subject ?? 'body'));
  if (subject === undefined) {
    const near = didYouMean(read.subject ?? '', subjects) || `: ${subjects.join(', ')} are`;
    problems.add([...path, 'subject'], `${read.subject} is not a part of a response that can be looked into${near}`);
  }
  if (contains.length === 0 || subject === undefined) return null;
  return {
    kind: 'contains',
    contains,
    subject,
    regexp: isRegexp,
    not: read.not ?? false,
    assumeSuccess: read['assume-success'] ?? false,
  };
}

function readPattern(
  text: string,
  isRegexp: boolean,
  variables: Variables,
  path: Path,
  problems: Problems,
): string | null {
  if (text === '') {
    problems.add(path, 'is empty: every response would hold it');
    return null;
  }
  if (!checkTemplate(text, variables, path, problems)) return null;
  if (!isRegexp) return text;
  // JMeter's way to set flags for a whole pattern; JavaScript has it only around a part.
  const pattern = text.replace(/^\(\?([ims]+)\)(.*)$/s, '(?$1:$2)');
  try {
    new RegExp(fillIn(pattern, variables));
    return pattern;
  } catch (error) {
    problems.add(
      path,
      `${error instanceof Error ? error.message : String(error)}; regexp: false looks for the text itself`,
    );
    return null;
  }
}
