/** Assertions of a request as rows: what is looked at, how, and for what. */
import { isMap, isSeq, YAMLMap, YAMLSeq } from 'yaml';
import type { Path } from '../../../../../core/input/problems.ts';
import type { EditableDocument } from './editable-document.ts';
import { isWritten, newPair, newText, nodeAt, pairOf, setTextIn, textIn, writtenIn } from './nodes.ts';
import { requestMap } from './requests.ts';

const keywords = ['assert', 'assert-jsonpath', 'assert-xpath'] as const;
type Keyword = (typeof keywords)[number];

export type AssertionPart = 'body' | 'headers' | 'http-code' | 'jsonpath' | 'xpath';

/** What must be: of texts `contains` and `matches`, each with its opposite; of paths that they are there, or what stands there. */
export type AssertionRule =
  | 'contains'
  | 'contains-not'
  | 'matches'
  | 'matches-not'
  | 'exists'
  | 'exists-not'
  | 'equals'
  | 'like';

export const rulesOf: Readonly<Record<AssertionPart, readonly AssertionRule[]>> = {
  body: ['contains', 'contains-not', 'matches', 'matches-not'],
  headers: ['contains', 'contains-not', 'matches', 'matches-not'],
  'http-code': ['matches', 'matches-not'],
  jsonpath: ['exists', 'exists-not', 'equals', 'like'],
  xpath: ['exists', 'exists-not'],
};

export interface AssertionRow {
  path: Path;
  part: AssertionPart;
  rule: AssertionRule;
  /** A text, a pattern, or a path. */
  expression: string;
  /** What stands at a JSONPath, with `equals` and `like`. */
  expected: string;
  /** Holds something that only YAML shows. */
  isOther: boolean;
}

export function readAssertions(document: EditableDocument, request: Path): AssertionRow[] {
  return keywords.flatMap((keyword) => {
    const path = [...request, keyword];
    const node = nodeAt(document, path);
    if (!isWritten(node)) return [];
    if (!isSeq(node)) return [readOne(node, keyword, path)];
    return node.items.map((item, index) => readOne(item, keyword, [...path, index]));
  });
}

function readOne(node: unknown, keyword: Keyword, path: Path): AssertionRow {
  const textOf = (key: string) => (isMap(node) ? textIn(pairOf(node, key)?.value) : '');
  const is = (key: string) => textOf(key).toLowerCase() === 'true' || textOf(key).toLowerCase() === 'yes';
  const isShort = writtenIn(node).kind !== 'other';
  const base = { path, expected: '', isOther: !isShort && !isMap(node) };
  if (keyword === 'assert') {
    const contains = isMap(node) ? pairOf(node, 'contains')?.value : node;
    const [only, ...more] = isSeq(contains) ? contains.items : [contains];
    const subject = textOf('subject');
    const part = subject === 'headers' || subject === 'http-code' ? subject : 'body';
    const isPlain = /^(?:false|no|off)$/i.test(textOf('regexp')) && part !== 'http-code';
    const rule = `${isPlain ? 'contains' : 'matches'}${is('not') ? '-not' : ''}` as AssertionRule;
    const isOther = base.isOther || more.length > 0 || writtenIn(only).kind === 'other';
    return { ...base, part, rule, expression: textIn(only), isOther };
  }
  const part = keyword === 'assert-jsonpath' ? 'jsonpath' : 'xpath';
  const expression = isShort ? textIn(node) : textOf(part);
  const isInverted = is('invert');
  if (part === 'xpath' || !is('validate')) {
    return { ...base, part, rule: isInverted ? 'exists-not' : 'exists', expression };
  }
  const rule = /^(?:false|no|off)$/i.test(textOf('regexp')) ? 'equals' : 'like';
  // Both are more than this row can say.
  const isOther = base.isOther || isInverted || is('expect-null');
  return { ...base, part, rule, expression, expected: textOf('expected-value'), isOther };
}

const keywordOf = (part: AssertionPart): Keyword =>
  part === 'jsonpath' ? 'assert-jsonpath' : part === 'xpath' ? 'assert-xpath' : 'assert';

export function addAssertion(document: EditableDocument, request: Path): void {
  listOf(document, request, 'assert').items.push(newText('text'));
}

export function removeAssertion(document: EditableDocument, request: Path, { path, part }: AssertionRow): void {
  const keyword = keywordOf(part);
  const map = requestMap(document, request);
  const list = listOf(document, request, keyword);
  const index = typeof path.at(-1) === 'number' ? Number(path.at(-1)) : 0;
  list.items.splice(index, 1);
  if (list.items.length === 0) map.items = map.items.filter((pair) => pair !== pairOf(map, keyword));
}

/** Writes a row in place, or, when it looks at something of another kind now, among those. */
export function setAssertion(document: EditableDocument, request: Path, before: AssertionRow, row: AssertionRow): void {
  const keyword = keywordOf(row.part);
  if (keyword !== keywordOf(before.part)) {
    removeAssertion(document, request, before);
    listOf(document, request, keyword).items.push(writeOne(undefined, null, row));
    return;
  }
  const list = listOf(document, request, keyword);
  const index = typeof before.path.at(-1) === 'number' ? Number(before.path.at(-1)) : 0;
  list.items[index] = writeOne(list.items[index], before, row);
}

/** The list of a keyword; what stands there alone becomes its first item. */
function listOf(document: EditableDocument, request: Path, keyword: Keyword): YAMLSeq {
  const map = requestMap(document, request);
  const pair = pairOf(map, keyword);
  if (pair !== undefined && isSeq(pair.value)) return pair.value;
  const list = new YAMLSeq();
  if (pair !== undefined && isWritten(pair.value)) list.items.push(pair.value);
  if (pair === undefined) map.items.push(newPair(keyword, list));
  else pair.value = list;
  return list;
}

/** Only what the row says otherwise than `before` is touched; keywords that would make no difference are left out. */
function writeOne(node: unknown, before: AssertionRow | null, row: AssertionRow): unknown {
  const parts = partsOf(row);
  if (!isMap(node) && Object.values(parts).filter((text) => text !== null).length === 1) return newText(row.expression);
  const map = isMap(node) ? node : new YAMLMap();
  const partsBefore = isMap(node) && before !== null ? partsOf(before) : {};
  for (const [key, text] of Object.entries(parts)) {
    if (text === (partsBefore[key] ?? null)) continue;
    const present = pairOf(map, key);
    if (key === 'contains') {
      const list = present !== undefined && isSeq(present.value) ? present.value : new YAMLSeq();
      // As Taurus' own documents have it.
      if (present === undefined) list.flow = true;
      list.items[0] = newText(text ?? '');
      if (present === undefined) map.items.push(newPair(key, list));
      else if (present.value !== list) setTextIn(map, key, text);
      continue;
    }
    const isFlag = key !== 'expected-value' && (text === 'true' || text === 'false');
    setTextIn(map, key, text, isFlag ? 'plain' : 'text');
  }
  return map;
}

type Parts = Record<string, string | null>;

function partsOf(row: AssertionRow): Parts {
  if (row.part === 'jsonpath') return jsonpathParts(row);
  return row.part === 'xpath' ? xpathParts(row) : containsParts(row);
}

function containsParts({ expression, part, rule }: AssertionRow): Parts {
  return {
    contains: expression,
    subject: part === 'body' ? null : part,
    regexp: rule.startsWith('contains') ? 'false' : null,
    not: rule.endsWith('-not') ? 'true' : null,
  };
}

function jsonpathParts({ expected, expression, rule }: AssertionRow): Parts {
  const isCompared = rule === 'equals' || rule === 'like';
  return {
    jsonpath: expression,
    validate: isCompared ? 'true' : null,
    'expected-value': isCompared ? expected : null,
    regexp: rule === 'equals' ? 'false' : null,
    invert: rule === 'exists-not' ? 'true' : null,
  };
}

function xpathParts({ expression, rule }: AssertionRow): Parts {
  return { xpath: expression, invert: rule === 'exists-not' ? 'true' : null };
}
