/** What users do: the flows of a document and the steps in them. */
import { isAlias, isMap, isScalar, YAMLMap } from 'yaml';
import type { Path } from '../../../../../core/input/problems.ts';
import { formatAmount } from '../../../format/numbers.ts';
import type { EditableDocument } from './editable-document.ts';
import { executionsOf } from './load.ts';
import {
  entriesOf,
  isWritten,
  itemsOf,
  listAt,
  newPair,
  newText,
  nodeAt,
  pairOf,
  setText,
  type TextStyle,
  textIn,
  writtenIn,
} from './nodes.ts';

/** An entry of `scenarios`, or a scenario that is written inside its execution. */
export interface FlowPlace {
  name: string;
  path: Path;
}

/** In Taurus' order: the first that a step has makes it that block. */
export const blockKeywords = [
  'if',
  'once',
  'loop',
  'while',
  'foreach',
  'transaction',
  'include-scenario',
  'action',
  'set-variables',
];

/** A request, whose fields can be edited; or what only YAML shows. */
export type Step =
  | { kind: 'request'; method: string; url: string; label: string }
  | { kind: 'other'; what: string; label: string };

export function flowsOf(document: EditableDocument): FlowPlace[] {
  const named = entriesOf(nodeAt(document, ['scenarios'])).map(([name]) => ({ name, path: ['scenarios', name] }));
  const inside = executionsOf(document).flatMap((path, index) => {
    const at = [...path, 'scenario'];
    return isMap(nodeAt(document, at)) ? [{ name: `of execution ${index + 1}`, path: at }] : [];
  });
  return [...named, ...inside];
}

/** Null: what stands there is no list. */
export function stepsOf(document: EditableDocument, flow: Path): Step[] | null {
  const node = nodeAt(document, [...flow, 'requests']);
  if (!isWritten(node)) return [];
  return Array.isArray((node as { items?: unknown }).items) && !isMap(node) ? itemsOf(node).map(stepOf) : null;
}

function stepOf(node: unknown): Step {
  const written = writtenIn(node);
  if (written.kind !== 'other') {
    const url = written.kind === 'text' ? written.text : '';
    return { kind: 'request', method: 'GET', url, label: url };
  }
  if (isAlias(node)) return { kind: 'other', what: 'alias', label: node.source };
  if (!isMap(node)) return { kind: 'other', what: 'step', label: '' };
  const textOf = (key: string) => textIn(pairOf(node, key)?.value);
  const block = blockKeywords.find((keyword) => pairOf(node, keyword) !== undefined);
  if (block !== undefined) {
    const inside = ['then', 'else', 'do', 'once'].flatMap((key) => itemsOf(pairOf(node, key)?.value)).length;
    const steps = inside === 0 ? '' : formatAmount(inside, 'step');
    return { kind: 'other', what: block, label: [textOf(block), steps].filter((part) => part !== '').join(', ') };
  }
  const url = textOf('url');
  return {
    kind: 'request',
    method: textOf('method').toUpperCase() || 'GET',
    url,
    label: textOf('label') || url,
  };
}

export function addRequest(document: EditableDocument, flow: Path): void {
  const request = new YAMLMap();
  request.items.push(newPair('url', newText('/')));
  listAt(document, [...flow, 'requests']).items.push(request);
}

/** A request that is only a url becomes a mapping when more is said of it. */
export function requestMap(document: EditableDocument, path: Path): YAMLMap {
  const node = nodeAt(document, path);
  if (isMap(node)) return node;
  const request = new YAMLMap();
  request.items.push(newPair('url', isScalar(node) ? node : newText('')));
  listAt(document, path.slice(0, -1)).items[Number(path.at(-1))] = request;
  return request;
}

/** Where the url stands, for problems and for editing. */
export function urlPath(document: EditableDocument, path: Path): Path {
  return isMap(nodeAt(document, path)) ? [...path, 'url'] : path;
}

export function setRequestText(
  document: EditableDocument,
  path: Path,
  key: string,
  text: string,
  style: TextStyle = 'text',
): void {
  if (key === 'url') {
    setText(document, urlPath(document, path), text, style);
    return;
  }
  requestMap(document, path);
  setText(document, [...path, key], text, style);
}

/** Keywords of the mapping that the form has no field for. */
export function otherKeywords(document: EditableDocument, path: Path, known: readonly string[]): string[] {
  return entriesOf(nodeAt(document, path)).flatMap(([key]) => (known.includes(key) ? [] : [key]));
}
