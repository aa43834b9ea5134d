/** Edits a text by way of its document, and leaves every line alone that the edit is not about. */
import { isAlias, isMap, isNode, isScalar, isSeq, Scalar, visit, YAMLMap } from 'yaml';
import { type DocumentFormat, type EditableDocument, parseText } from './editable-document.ts';
import { aliasTargets, keepAliases } from './keep-aliases.ts';
import { mergeLines } from './merge-lines.ts';
import { isEmpty } from './nodes.ts';

export type Edit = (document: EditableDocument) => void;

/** The text after the edit; as it was when it cannot be read, or what comes out could not be. */
export function applyEdit(text: string, format: DocumentFormat, edit: Edit): string {
  const document = parseText(text);
  const targets = aliasTargets(document);
  if (document.errors.length > 0 || isAlias(targets)) return text;
  if (document.contents === null || isEmpty(document.contents)) document.contents = new YAMLMap() as never;
  const write = (of: EditableDocument) => (format === 'json' ? jsonOf(of, text) : yamlOf(of, text));
  const base = write(document);
  edit(document);
  if (!keepAliases(document, targets)) return text;
  const edited = write(document);
  if (base === edited) return text;
  if (base === text) return edited;
  const content = contentOf(parseText(edited));
  for (const merged of mergedWays(base.split('\n'), text.split('\n'), edited.split('\n'))) {
    const read = parseText(merged);
    if (read.errors.length === 0 && contentOf(read) === content) return merged;
  }
  return edited;
}

/** The quick way first: what is written on as many lines is most often written line by line. */
function* mergedWays(base: string[], written: string[], edited: string[]): Generator<string> {
  for (const isLineByLine of base.length === written.length ? [true, false] : [false]) {
    const merged = mergeLines(base, written, edited, isLineByLine);
    if (merged !== null) yield merged.join('\n');
  }
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
