/** Extractors of a request as rows: a variable, how it is found, and what it is when it is not. */
import { isMap, YAMLMap } from 'yaml';
import type { Path } from '../../../../../core/input/problems.ts';
import type { EditableDocument } from './editable-document.ts';
import { writableRows } from './mapping-rows.ts';
import {
  entriesOf,
  keyOf,
  mapAt,
  newPair,
  newText,
  nodeAt,
  pairOf,
  remove,
  renamePair,
  setTextIn,
  textIn,
  writtenIn,
} from './nodes.ts';
import { requestMap } from './requests.ts';

/** Each keyword with what it looks for, in the order in which they are looked for. */
export const extractorKinds = {
  'extract-boundary': 'left',
  'extract-regexp': 'regexp',
  'extract-jsonpath': 'jsonpath',
  'extract-css-jquery': 'expression',
  'extract-xpath': 'xpath',
} as const;

export type ExtractorKind = keyof typeof extractorKinds;

export interface ExtractorRow {
  /** Of the variable. */
  name: string;
  kind: ExtractorKind;
  /** What to look for; of a boundary what stands before it. */
  expression: string;
  /** Of a boundary: what stands behind it. */
  right: string;
  matchNo: string;
  defaultValue: string;
  /** Where it stands in the document; null: not there yet. */
  from: string | null;
  fromKind: ExtractorKind;
  /** Holds something that only YAML shows. */
  isOther: boolean;
}

const kinds = Object.keys(extractorKinds) as ExtractorKind[];

export function newExtractor(): ExtractorRow {
  const fromKind = 'extract-jsonpath';
  return {
    name: '',
    kind: fromKind,
    expression: '',
    right: '',
    matchNo: '',
    defaultValue: '',
    from: null,
    fromKind,
    isOther: false,
  };
}

export function readExtractors(document: EditableDocument, path: Path): ExtractorRow[] {
  return kinds.flatMap((kind) =>
    entriesOf(nodeAt(document, [...path, kind])).map(([name, node]): ExtractorRow => {
      const written = writtenIn(node);
      const textOf = (key: string) => (isMap(node) ? textIn(pairOf(node, key)?.value) : '');
      return {
        name,
        kind,
        expression: written.kind === 'text' ? written.text : textOf(extractorKinds[kind]),
        right: textOf('right'),
        matchNo: textOf('match-no'),
        defaultValue: textOf('default'),
        from: name,
        fromKind: kind,
        isOther: written.kind === 'other' && !isMap(node),
      };
    }),
  );
}

/** As it will be read: by kind, those without a name of their own left out. */
export function writtenExtractors(rows: readonly ExtractorRow[]): ExtractorRow[] {
  return kinds.flatMap((kind) => writableRows(rows.filter((row) => row.kind === kind)));
}

export function writeExtractors(document: EditableDocument, path: Path, rows: readonly ExtractorRow[]): void {
  requestMap(document, path);
  const written = writtenExtractors(rows);
  // Those that another kind takes over are there still when they are looked for.
  const nodes = new Map(
    written.map((row) => [row, row.from === null ? undefined : nodeAt(document, [...path, row.fromKind, row.from])]),
  );
  for (const kind of kinds) {
    const of = written.filter((row) => row.kind === kind);
    if (of.length === 0) {
      remove(document, [...path, kind]);
      continue;
    }
    const map = mapAt(document, [...path, kind]);
    const pairs = of.map((row) => {
      const present = row.from !== null && row.fromKind === kind ? pairOf(map, row.from) : undefined;
      const pair = present ?? newPair(row.name, newText(row.expression));
      if (!row.isOther) pair.value = writeExtractor(present === undefined ? undefined : nodes.get(row), row);
      return pair;
    });
    map.items = pairs;
    for (const [index, { name }] of of.entries()) {
      const pair = pairs[index];
      if (pair !== undefined && keyOf(pair) !== name) renamePair(pair, name);
    }
  }
}

/** Only the expression where nothing else is said, as people write it. */
function writeExtractor(node: unknown, row: ExtractorRow): unknown {
  const isLong =
    isMap(node) ||
    row.kind === 'extract-boundary' ||
    [row.right, row.matchNo, row.defaultValue].some((text) => text !== '');
  if (!isLong) {
    if (writtenIn(node).kind === 'text' && textIn(node) === row.expression) return node;
    return newText(row.expression);
  }
  const map = isMap(node) ? node : new YAMLMap();
  const parts: [string, string, boolean][] = [
    [extractorKinds[row.kind], row.expression, true],
    ['right', row.right, row.kind === 'extract-boundary'],
    ['match-no', row.matchNo, false],
    ['default', row.defaultValue, false],
  ];
  for (const [key, text, isNeeded] of parts) {
    const present = pairOf(map, key);
    if (present !== undefined && textIn(present.value) === text) continue;
    const style = key === 'match-no' ? 'plain' : 'text';
    setTextIn(map, key, text === '' && !isNeeded ? null : text, style);
  }
  return map;
}
