/** Reading and changing single places of a document. */
import { isMap, isNode, isScalar, isSeq, type Node, type Pair, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';
import type { Path } from '../../../../../core/input/problems.ts';
import { plainScalarValue } from '../../../../../core/scenario/yaml-scalars.ts';
import type { EditableDocument } from './editable-document.ts';

/** What stands at a place: nothing, a text (numbers too, as they were written), or something that a field cannot show. */
export type Written = { kind: 'nothing' } | { kind: 'text'; text: string } | { kind: 'other' };

/**
 * `plain`: numbers, times, words of the language, which stand without quotes where YAML lets them. `text`: what would mean something else
 * without quotes, such as `yes`, gets them.
 */
export type TextStyle = 'plain' | 'text';

export type TextPair = Pair<Scalar<string>, unknown>;

const NOTHING: Written = { kind: 'nothing' };

export function nodeAt(document: EditableDocument, path: Path): unknown {
  return path.reduce<unknown>(childOf, document.contents);
}

function childOf(node: unknown, part: string | number): unknown {
  if (isMap(node)) return pairOf(node, String(part))?.value;
  return isSeq(node) && typeof part === 'number' ? node.items[part] : undefined;
}

export function pairOf(map: YAMLMap, key: string): TextPair | undefined {
  return map.items.find((pair) => keyOf(pair as TextPair) === key) as TextPair | undefined;
}

export function keyOf({ key }: { key: unknown }): string {
  return isScalar(key) ? String(key.value) : '';
}

/** Keys with what stands there; none when it is no mapping. */
export function entriesOf(node: unknown): [key: string, node: unknown][] {
  return isMap(node) ? node.items.map((pair) => [keyOf(pair), pair.value]) : [];
}

export function itemsOf(node: unknown): unknown[] {
  return isSeq(node) ? node.items : [];
}

export function writtenIn(node: unknown): Written {
  if (node === undefined || node === null || isEmpty(node)) return NOTHING;
  if (isScalar(node) && node.tag === undefined) return { kind: 'text', text: String(node.value) };
  return { kind: 'other' };
}

/** An empty plain scalar: `key:` with nothing behind it. */
export function isEmpty(node: unknown): boolean {
  return isScalar(node) && node.value === '' && node.type === Scalar.PLAIN;
}

/** The text at a place; empty when there is none, or nothing that a field could show. */
export function textIn(node: unknown): string {
  const written = writtenIn(node);
  return written.kind === 'text' ? written.text : '';
}

/** Whether something is written there, whatever it is. */
export function isWritten(node: unknown): boolean {
  return writtenIn(node).kind !== 'nothing';
}

export function newText(text: string, style: TextStyle = 'text'): Scalar<string> {
  const scalar = new Scalar(text);
  setTextOf(scalar, text, style);
  return scalar;
}

function setTextOf(scalar: Scalar, text: string, style: TextStyle): void {
  const isQuoted = scalar.type === Scalar.QUOTE_DOUBLE || scalar.type === Scalar.QUOTE_SINGLE;
  const isMeant = plainScalarValue(text) === text;
  scalar.value = text;
  delete scalar.source;
  if (text.includes('\n')) delete scalar.type;
  else if (style === 'plain') scalar.type = Scalar.PLAIN;
  // In single quotes JSON needs no signs before its own.
  else if (scalar.type === Scalar.QUOTE_DOUBLE && text.includes('"')) scalar.type = Scalar.QUOTE_SINGLE;
  else if (!isQuoted && isMeant) scalar.type = Scalar.PLAIN;
  else if (!isQuoted) scalar.type = Scalar.QUOTE_SINGLE;
}

/** Writes a text; an empty one, or null, takes the key away (an item of a list becomes empty). Mappings on the way are made. */
export function setText(document: EditableDocument, path: Path, text: string | null, style: TextStyle = 'text'): void {
  const [last] = path.slice(-1);
  const parentPath = path.slice(0, -1);
  if (typeof last === 'number') {
    const items = itemsOf(nodeAt(document, parentPath));
    if (isScalar(items[last])) setTextOf(items[last], text ?? '', text === '' || text === null ? 'text' : style);
    else items[last] = newText(text ?? '', style);
    return;
  }
  if (text === null || text === '') remove(document, path);
  else setTextIn(mapAt(document, parentPath), String(last), text, style);
}

export function setTextIn(map: YAMLMap, key: string, text: string | null, style: TextStyle = 'text'): void {
  const pair = pairOf(map, key);
  if (text === null) map.items = map.items.filter((other) => other !== pair);
  else if (pair === undefined) map.items.push(newPair(key, newText(text, style)));
  else if (isScalar(pair.value) && pair.value.tag === undefined) setTextOf(pair.value, text, style);
  else pair.value = newText(text, style);
}

export function newPair(key: string, value: unknown): TextPair {
  const map = new YAMLMap();
  map.set(newText(key), value);
  return map.items[0] as TextPair;
}

/** Under another name, where it stands. */
export function renamePair(pair: TextPair, name: string): void {
  setTextOf(pair.key, name, 'text');
}

/** Takes a key or an item away, and with it mappings that are empty then, except for items of lists. */
export function remove(document: EditableDocument, path: Path): void {
  const parentPath = path.slice(0, -1);
  const last = path.at(-1);
  const parent = nodeAt(document, parentPath);
  if (isSeq(parent)) parent.items = parent.items.filter((_item, index) => index !== last);
  if (!isMap(parent)) return;
  const pair = pairOf(parent, String(last));
  if (pair === undefined) return;
  parent.items = parent.items.filter((other) => other !== pair);
  if (parent.items.length === 0 && parentPath.length > 0 && typeof parentPath.at(-1) === 'string') {
    remove(document, parentPath);
  }
}

/** The mapping at a place, made where there is nothing. Throws where something else is. */
export function mapAt(document: EditableDocument, path: Path): YAMLMap {
  return collectionAt(document, path, isMap, () => new YAMLMap());
}

export function listAt(document: EditableDocument, path: Path): YAMLSeq {
  return collectionAt(document, path, isSeq, () => new YAMLSeq());
}

function collectionAt<Kind extends YAMLMap | YAMLSeq>(
  document: EditableDocument,
  path: Path,
  is: (node: unknown) => node is Kind,
  make: () => Kind,
): Kind {
  const present = nodeAt(document, path);
  if (is(present)) return present;
  if (isWritten(present)) throw new Error('something else stands there');
  const made = make();
  const last = path.at(-1) ?? '';
  const parentPath = path.slice(0, -1);
  if (typeof last === 'number') {
    listAt(document, parentPath).items[last] = made;
    return made;
  }
  const parent = mapAt(document, parentPath);
  const pair = pairOf(parent, last);
  if (pair === undefined) parent.items.push(newPair(last, made));
  else pair.value = made;
  return made;
}

/** A mapping of texts, in the order given; those that are null are left out. */
export function newMap(texts: Readonly<Record<string, string | null>>, style: TextStyle = 'text'): YAMLMap {
  const map = new YAMLMap();
  for (const [key, text] of Object.entries(texts)) if (text !== null) setTextIn(map, key, text, style);
  return map;
}

export function moveItem(document: EditableDocument, path: Path, from: number, to: number): void {
  const list = listAt(document, path);
  const { items } = list;
  // A comment above the first item is read as one of the list; it goes with the item.
  const [first] = items as { commentBefore?: string | null }[];
  if (from !== to && list.commentBefore && first !== undefined && !first.commentBefore) {
    first.commentBefore = list.commentBefore;
    list.commentBefore = null;
  }
  const [item] = items.splice(from, 1);
  if (item !== undefined) items.splice(to, 0, item);
}

/** Puts a copy behind the item. Anchors stay the original's. */
export function duplicateItem(document: EditableDocument, path: Path, index: number): void {
  const { items } = listAt(document, path);
  const item = items[index] as { clone(): unknown } | undefined;
  if (item === undefined) return;
  const copy = item.clone();
  visit(copy as Node, (_key, node) => {
    if (isNode(node)) delete node.anchor;
  });
  items.splice(index + 1, 0, copy);
}
