/** Pass/fail criteria as rows. What was written in the short form stays in it, as long as it can say what the row says. */
import { isMap, isSeq, YAMLMap } from 'yaml';
import { parseShortForm, type ShortFormParts } from '../../../../../core/criteria/short-form.ts';
import type { Path } from '../../../../../core/input/problems.ts';
import type { EditableDocument } from './editable-document.ts';
import {
  entriesOf,
  isWritten,
  itemsOf,
  listAt,
  newMap,
  newText,
  nodeAt,
  pairOf,
  remove,
  setTextIn,
  textIn,
  writtenIn,
} from './nodes.ts';

export interface CriterionParts {
  message: string;
  subject: string;
  /** Empty: all requests. */
  label: string;
  condition: string;
  threshold: string;
  /** How the time is looked at: `for`, `within`, `over`; empty: the whole run. */
  logic: string;
  timeframe: string;
  stop: boolean;
  fail: boolean;
}

export interface CriterionRow {
  path: Path;
  /** Null: written in a way that only YAML shows. */
  parts: CriterionParts | null;
  /** As it stands there, for people. */
  text: string;
}

export const criterionDefault: CriterionParts = {
  message: '',
  subject: 'p95',
  label: '',
  condition: '>',
  threshold: '500ms',
  logic: '',
  timeframe: '',
  stop: false,
  fail: true,
};

/** Those below `reporting`; what stands below executions and scenarios is YAML's. */
export function criteriaOf(document: EditableDocument): CriterionRow[] {
  return passfailPaths(document).flatMap((path) => {
    const at = [...path, 'criteria'];
    const node = nodeAt(document, at);
    if (isSeq(node)) return node.items.map((item, index) => rowOf(item, [...at, index], ''));
    return entriesOf(node).map(([message, item]) => rowOf(item, [...at, message], message));
  });
}

function passfailPaths(document: EditableDocument): Path[] {
  return itemsOf(nodeAt(document, ['reporting'])).flatMap((item, index) =>
    isMap(item) && textIn(pairOf(item, 'module')?.value) === 'passfail' ? [['reporting', index]] : [],
  );
}

function rowOf(node: unknown, path: Path, message: string): CriterionRow {
  const written = writtenIn(node);
  if (written.kind === 'text') {
    const short = parseShortForm(written.text);
    const parts = short.problem === undefined ? short.parts : undefined;
    const read = parts === undefined ? null : partsOf(parts, message);
    return { path, parts: read, text: written.text };
  }
  if (!isMap(node)) return { path, parts: null, text: message };
  const values = entriesOf(node);
  const known = ['subject', 'label', 'condition', 'threshold', 'timeframe', 'logic', 'stop', 'fail', 'message'];
  const isKnown = values.every(([key, value]) => known.includes(key) && writtenIn(value).kind !== 'other');
  const textOf = (key: string) => textIn(pairOf(node, key)?.value);
  const isOff = (key: string) => /^(?:false|no|off)$/i.test(textOf(key));
  const parts: CriterionParts = {
    message: message || textOf('message'),
    subject: textOf('subject'),
    label: textOf('label'),
    condition: textOf('condition'),
    threshold: textOf('threshold'),
    logic: textOf('timeframe') === '' ? '' : textOf('logic') || 'for',
    timeframe: textOf('timeframe'),
    stop: !isOff('stop'),
    fail: !isOff('fail'),
  };
  return { path, parts: isKnown ? parts : null, text: message || parts.message || shortForm(parts) || 'criterion' };
}

function partsOf({ message: own = '', timeframe = '', ...parts }: ShortFormParts, message: string): CriterionParts {
  return { ...parts, logic: timeframe === '' ? '' : parts.logic, timeframe, message: message || own };
}

/** Null when the short form cannot say it: something is missing, or a label or message has a sign that means something there. */
export function shortForm(parts: CriterionParts): string | null {
  const { condition, fail, label, logic, message, stop, subject, threshold, timeframe } = parts;
  const name = message === '' ? '' : `${message}: `;
  const of = label === '' ? '' : ` of ${label}`;
  const window = logic === '' ? '' : ` ${logic} ${timeframe}`;
  const deed = stop && fail ? '' : `, ${stop ? 'stop' : 'continue'} as ${fail ? 'failed' : 'non-failed'}`;
  const text = `${name}${subject}${of}${condition}${threshold}${window}${deed}`;
  const short = parseShortForm(text);
  if (short.problem !== undefined) return null;
  const again = partsOf(short.parts, '');
  const keys = Object.keys(parts) as (keyof CriterionParts)[];
  const isSame = keys.every((key) => again[key] === parts[key]);
  return isSame ? text : null;
}

/** Whether there is enough of it to be written. */
export function isWhole({ condition, logic, subject, threshold, timeframe }: CriterionParts): boolean {
  return [condition, subject, threshold, logic === '' ? 'none' : timeframe].every((text) => text.trim() !== '');
}

/** `parts` are whole. */
export function setCriterion(
  document: EditableDocument,
  { parts: before, path }: CriterionRow,
  parts: CriterionParts,
): void {
  const parent = nodeAt(document, path.slice(0, -1));
  const last = path.at(-1);
  const node = nodeAt(document, path);
  // Of a mapping the key is the message.
  const own = typeof last === 'string' ? { ...parts, message: '' } : parts;
  const short = isMap(node) ? null : shortForm(own);
  const value =
    short === null ? longForm(isMap(node) ? node : new YAMLMap(), isMap(node) ? before : null, own) : newText(short);
  if (isSeq(parent) && typeof last === 'number') parent.items[last] = value;
  const pair = isMap(parent) ? pairOf(parent, String(last)) : undefined;
  if (pair !== undefined) pair.value = value;
}

/** Only what differs from `before` is touched; what would make no difference is left out. */
function longForm(map: YAMLMap, before: CriterionParts | null, parts: CriterionParts): YAMLMap {
  const textsBefore = before === null ? {} : longTexts(before);
  for (const [key, text] of Object.entries(longTexts(parts))) {
    const isWord = ['stop', 'fail', 'threshold', 'timeframe'].includes(key);
    if (text !== (textsBefore[key] ?? null)) setTextIn(map, key, text, isWord ? 'plain' : 'text');
  }
  return map;
}

function longTexts(parts: CriterionParts): Record<string, string | null> {
  return {
    message: parts.message || null,
    subject: parts.subject,
    label: parts.label || null,
    condition: parts.condition,
    threshold: parts.threshold,
    timeframe: parts.logic === '' ? null : parts.timeframe,
    logic: parts.logic === '' || parts.logic === 'for' ? null : parts.logic,
    stop: parts.stop ? null : 'false',
    fail: parts.fail ? null : 'false',
  };
}

export function addCriterion(document: EditableDocument): void {
  const list = passfailPaths(document).find((path) => {
    const criteria = nodeAt(document, [...path, 'criteria']);
    return isSeq(criteria) || !isWritten(criteria);
  });
  const text = newText(shortForm(criterionDefault) ?? '');
  if (list !== undefined) {
    listAt(document, [...list, 'criteria']).items.push(text);
    return;
  }
  const reporting = listAt(document, ['reporting']);
  reporting.items.push(newMap({ module: 'passfail' }));
  listAt(document, ['reporting', reporting.items.length - 1, 'criteria']).items.push(text);
}

/** With the last criterion its module goes, when it says nothing else. */
export function removeCriterion(document: EditableDocument, { path }: CriterionRow): void {
  remove(document, path);
  const criteriaPath = path.slice(0, -1);
  if (itemsOf(nodeAt(document, criteriaPath)).length > 0 || entriesOf(nodeAt(document, criteriaPath)).length > 0)
    return;
  const modulePath = criteriaPath.slice(0, -1);
  remove(document, criteriaPath);
  if (entriesOf(nodeAt(document, modulePath)).length === 1) remove(document, modulePath);
  if (itemsOf(nodeAt(document, ['reporting'])).length === 0) remove(document, ['reporting']);
}
