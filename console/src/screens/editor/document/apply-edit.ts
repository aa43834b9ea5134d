/** Edits a text by way of its document, and leaves every line alone that the edit is not about. */
import { isAlias, isMap, isNode, isScalar, isSeq, Scalar, visit, YAMLMap } from 'yaml';
import { type DocumentFormat, type EditableDocument, parseText } from './editable-document.ts';
import { mergeLines } from './merge-lines.ts';
import { isEmpty } from './nodes.ts';

export type Edit = (document: EditableDocument) => void;

/** The text after the edit. It must be one that `readEditable` reads. */
export function applyEdit(text: string, format: DocumentFormat, edit: Edit): string {
  const document = parseText(text);
  if (document.contents === null || isEmpty(document.contents)) document.contents = new YAMLMap() as never;
  const write = (of: EditableDocument) => (format === 'json' ? jsonOf(of, text) : yamlOf(of, text));
  const base = write(document);
  edit(document);
  const edited = write(document);
  if (base === edited) return text;
  if (base === text) return edited;
  const merged = mergeLines(base.split('\n'), text.split('\n'), edited.split('\n'))?.join('\n') ?? edited;
  return isSame(merged, edited) ? merged : edited;
}

function yamlOf(document: EditableDocument, text: string): string {
  return document.toString({
    lineWidth: 0,
    indent: Math.min(8, /^\S[^\n]*:[ \t]*(?:#[^\n]*)?\n( +)/m.exec(text)?.[1]?.length ?? 2),
    nullStr: '',
    indentSeq: !/^(\s*)(?:- )*[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n(?:\s*#[^\n]*\n)*\1- /m.test(text),
    flowCollectionPadding: /\{ /.test(text) && !/\{[^\s}]/.test(text),
  });
}

/** As it was indented. Scalars are written as they were. */
function jsonOf(document: EditableDocument, text: string): string {
  const indent = /\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  const end = text.endsWith('\n') ? '\n' : '';
  return `${jsonText(document.contents, indent, '')}${end}`;
}

function jsonText(node: unknown, indent: string, before: string): string {
  const inside = before + indent;
  const collection = (open: string, items: string[], close: string) =>
    items.length === 0 ? open + close : `${open}\n${items.map((item) => inside + item).join(',\n')}\n${before}${close}`;
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : '';
      return `${JSON.stringify(name)}: ${jsonText(value, indent, inside)}`;
    });
    return collection('{', entries, '}');
  }
  if (isSeq(node)) {
    return collection(
      '[',
      node.items.map((item) => jsonText(item, indent, inside)),
      ']',
    );
  }
  if (!isScalar(node)) return 'null';
  const value = String(node.value);
  const isPlain = node.type === Scalar.PLAIN || node.type === undefined;
  return isPlain && /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)$/.test(value)
    ? value
    : JSON.stringify(value);
}

/** Whether two texts hold the same, comments aside. */
function isSame(left: string, right: string): boolean {
  const [a, b] = [parseText(left), parseText(right)];
  return a.errors.length === 0 && contentOf(a) === contentOf(b);
}

/** Nodes in order, each with what makes a difference to who reads them. */
function contentOf(document: EditableDocument): string {
  const parts: unknown[] = [];
  visit(document, (_key, node) => {
    if (!isNode(node)) return;
    if (isAlias(node)) parts.push('alias', node.source);
    else if (isScalar(node)) parts.push(node.type === Scalar.PLAIN, node.value, node.tag, node.anchor);
    else parts.push(isMap(node), (node as { items: unknown[] }).items.length, node.tag, node.anchor);
  });
  return JSON.stringify(parts);
}
