/** The body of a request: nothing, a text, a form, JSON, or a file. */
import { isMap, isScalar, isSeq, Scalar } from 'yaml';
import type { Path } from '../../../../../core/input/problems.ts';
import { jsonTextOf, type TaurusValue } from '../../../../../core/input/value.ts';
import { plainScalarValue } from '../../../../../core/scenario/yaml-scalars.ts';
import type { EditableDocument } from './editable-document.ts';
import {
  entriesOf,
  isWritten,
  itemsOf,
  mapAt,
  nodeAt,
  remove,
  setText,
  setTextIn,
  textIn,
  writtenIn,
} from './nodes.ts';
import { requestMap } from './requests.ts';

export type BodyKind = 'none' | 'text' | 'form' | 'json' | 'file';

export interface BodyRead {
  kind: BodyKind;
  /** Of a text, JSON or a file: what stands there, or its path. Null: only YAML shows it. */
  text: string | null;
}

const JSON_TYPE = 'application/json';

/** Decided as the control plane decides, but for the headers of the whole scenario. */
export function readBody(document: EditableDocument, path: Path): BodyRead {
  const body = nodeAt(document, [...path, 'body']);
  const written = writtenIn(body);
  const isJson = contentType(document, path).trim().toLowerCase() === JSON_TYPE;
  if (written.kind === 'text') return { kind: isJson ? 'json' : 'text', text: written.text };
  if (written.kind === 'nothing') {
    const file = nodeAt(document, [...path, 'body-file']);
    return isWritten(file) ? { kind: 'file', text: textIn(file) } : { kind: 'none', text: '' };
  }
  const isFlat = isMap(body) && body.items.every(({ value }) => writtenIn(value).kind !== 'other');
  if (isFlat && !isJson) return { kind: 'form', text: null };
  const value = taurusValueOf(body);
  return { kind: 'json', text: value === undefined ? null : jsonTextOf(value) };
}

/** What is there already is kept as far as the other kind can hold it. */
export function setBodyKind(document: EditableDocument, path: Path, kind: BodyKind): void {
  const before = readBody(document, path);
  if (before.kind === kind) return;
  requestMap(document, path);
  remove(document, [...path, 'body-file']);
  if (before.kind === 'json') setContentType(document, path, null);
  if (kind === 'form') {
    const entries = formEntries(before);
    remove(document, [...path, 'body']);
    const form = mapAt(document, [...path, 'body']);
    for (const [name, text] of entries) setTextIn(form, name, text);
    return;
  }
  const text =
    before.kind === 'form' ? jsonTextOf(taurusValueOf(nodeAt(document, [...path, 'body'])) ?? null) : before.text;
  if (kind === 'none' || kind === 'file') remove(document, [...path, 'body']);
  if (kind === 'file') setText(document, [...path, 'body-file'], 'body.txt');
  if (kind === 'text' || kind === 'json') {
    const isKept = before.kind !== 'none' && before.kind !== 'file' && text !== null && text !== '';
    setText(document, [...path, 'body'], isKept ? text : kind === 'json' ? '{}' : 'text');
  }
  if (kind === 'json') setContentType(document, path, JSON_TYPE);
}

export function setBodyText(document: EditableDocument, path: Path, text: string): void {
  const key = readBody(document, path).kind === 'file' ? 'body-file' : 'body';
  const map = requestMap(document, path);
  // An empty body is written as one, so that its kind stays.
  if (text === '') setTextIn(map, key, '');
  else setText(document, [...path, key], text);
}

/** Names and texts of a JSON object of one level; a form begins with one field. */
function formEntries({ text }: BodyRead): [string, string][] {
  try {
    const value: unknown = JSON.parse(text ?? '');
    const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    const isFlat = entries.length > 0 && entries.every(([, item]) => item !== null && typeof item !== 'object');
    if (isFlat) return entries.map(([name, item]) => [name, String(item)]);
  } catch {
    // No JSON: nothing of it fits into a form.
  }
  return [['name', 'value']];
}

function contentType(document: EditableDocument, path: Path): string {
  const headers = entriesOf(nodeAt(document, [...path, 'headers']));
  return textIn(headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]);
}

function setContentType(document: EditableDocument, path: Path, type: string | null): void {
  const headersPath = [...path, 'headers'];
  const written = entriesOf(nodeAt(document, headersPath)).find(([name]) => name.toLowerCase() === 'content-type')?.[0];
  if (type === null) {
    if (written !== undefined) remove(document, [...headersPath, written]);
    return;
  }
  const headers = mapAt(document, headersPath);
  setTextIn(headers, written ?? 'Content-Type', type);
}

/** Undefined when something in it is no value by itself, such as an alias. */
function taurusValueOf(node: unknown): TaurusValue | undefined {
  if (node === null || node === undefined) return null;
  if (isScalar(node) && node.tag === undefined) {
    const text = String(node.value);
    return node.type === Scalar.PLAIN || node.type === undefined ? plainScalarValue(text) : text;
  }
  if (isSeq(node)) {
    const items = itemsOf(node).map(taurusValueOf);
    return items.includes(undefined) ? undefined : (items as TaurusValue[]);
  }
  if (!isMap(node)) return undefined;
  const entries = entriesOf(node).map(([key, item]) => [key, taurusValueOf(item)] as const);
  return entries.some(([, item]) => item === undefined) ? undefined : (Object.fromEntries(entries) as TaurusValue);
}

/** Whether a text is JSON, as far as can be said while it holds variables. */
export function looksLikeJson(text: string): boolean {
  if (text.includes('${')) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
