/** The configuration's file: YAML, with the place of every setting in it. */
import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { FieldProblem } from '../../core/errors.ts';
import type { Path } from '../../core/input/problems.ts';

const BYTES_MAX = 1024 * 1024;
const ALIASES_MAX = 100;

export interface ConfigFile {
  /** Settings as they stand there; empty when the file is missing or wrong. */
  values: Record<string, unknown>;
  problems: FieldProblem[];
  /** `config.yaml:3:7`, of the setting or of the nearest one around it. */
  placeOf(path: Path): string;
}

/** Reads the file. A missing one is a problem when it was asked for (`isRequired`). */
export function readConfigFile(file: string, isRequired: boolean): ConfigFile {
  const wrong = (message: string, place = file): ConfigFile => ({
    values: {},
    problems: [{ path: place, message }],
    placeOf: () => file,
  });
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !isRequired) return { values: {}, problems: [], placeOf: () => file };
    return wrong(`cannot be read: ${reasons[code ?? ''] ?? (error as Error).message}`);
  }
  if (bytes.length > BYTES_MAX) return wrong(`is larger than ${BYTES_MAX} bytes`);
  try {
    return parseConfigFile(file, new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return wrong('is not text in UTF-8');
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

function parseConfigFile(file: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const placeOf = (path: Path) => place(offsetOf(document, path));
  const syntax = document.errors.map(({ pos, message }) => ({ path: place(pos[0]), message }));
  if (syntax.length > 0) return { values: {}, problems: syntax, placeOf };
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null))
    return { values: {}, problems: [], placeOf };
  if (!isMap(contents)) {
    return { values: {}, problems: [{ path: placeOf([]), message: 'is not a mapping of settings' }], placeOf };
  }
  return { ...valuesOf(document, placeOf), placeOf };
}

/** A key without a value (`tls:`) says nothing. */
function valuesOf(document: Document.Parsed, placeOf: (path: Path) => string): Pick<ConfigFile, 'values' | 'problems'> {
  try {
    const values = document.toJS({ maxAliasCount: ALIASES_MAX }) as Record<string, unknown>;
    return { values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)), problems: [] };
  } catch (error) {
    return { values: {}, problems: [{ path: placeOf([]), message: (error as Error).message }] };
  }
}

/** Where the key of a setting begins; of the nearest one around it when it is not there. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else {
      const item = (node as { items?: Node[] } | null)?.items?.[Number(part)];
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return offset;
}
