/** A mapping of texts (headers, form fields, variables) as rows that can be named anew. */
import type { Path } from '../../../../../core/input/problems.ts';
import type { EditableDocument } from './editable-document.ts';
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
  writtenIn,
} from './nodes.ts';

export interface MappingRow {
  name: string;
  text: string;
  /** Its name in the document; null: not there yet. */
  from: string | null;
  /** Holds something that only YAML shows. */
  isOther: boolean;
}

export function readRows(document: EditableDocument, path: Path): MappingRow[] {
  return entriesOf(nodeAt(document, path)).map(([name, node]) => {
    const written = writtenIn(node);
    return { name, text: written.kind === 'text' ? written.text : '', from: name, isOther: written.kind === 'other' };
  });
}

/** What is wrong with the names: each must be there, and once. Null where nothing is. */
export function nameProblems(rows: readonly { name: string }[]): (string | null)[] {
  return rows.map(({ name }, index) => {
    if (name.trim() === '') return 'A name is missing.';
    return rows.findIndex((other) => other.name === name) < index ? 'This name stands above already.' : null;
  });
}

/** The rows that can be written, as they will be read. */
export function writableRows<Row extends { name: string; from: string | null }>(rows: readonly Row[]): Row[] {
  const problems = nameProblems(rows);
  return rows.filter((_row, index) => problems[index] === null);
}

/** Rows that have no name, or one that another has, are left out; without any the mapping goes. */
export function writeRows(document: EditableDocument, path: Path, rows: readonly MappingRow[]): void {
  const written = writableRows(rows);
  if (written.length === 0) {
    remove(document, path);
    return;
  }
  const map = mapAt(document, path);
  const before = written.map(({ from }) => (from === null ? undefined : pairOf(map, from)));
  map.items = written.map(({ name, text }, index) => before[index] ?? newPair(name, newText(text)));
  for (const [index, { from, isOther, text }] of written.entries()) {
    const pair = before[index];
    if (from === null || pair === undefined) continue;
    // Texts that stay are left as they are written.
    if (!isOther && writtenText(pair.value) !== text) setTextIn(map, from, text);
  }
  // When all texts are found by their names: two may have changed them with each other.
  for (const [index, { name }] of written.entries()) {
    const pair = before[index];
    if (pair !== undefined && keyOf(pair) !== name) renamePair(pair, name);
  }
}

function writtenText(node: unknown): string {
  const written = writtenIn(node);
  return written.kind === 'text' ? written.text : '';
}
