/** The document of a scenario as something to edit: read so that comments, order and whatever nobody touches can be written back. */
import { type Document, isAlias, isMap, LineCounter, parseDocument, visit } from 'yaml';
import type { Path } from '../../../../../core/input/problems.ts';
import { aliasTargets } from './keep-aliases.ts';

export type DocumentFormat = 'yaml' | 'json';

export type EditableDocument = Document.Parsed;

/** Why a text cannot be edited as a form, and the line, from 1, that shows it. */
export interface Obstacle {
  message: string;
  line: number;
}

/** Above it each key would be waited for. */
const CHARACTERS_MAX = 100_000;

/** All scalars are texts, as they were written: what they mean in YAML 1.1 is the control plane's to say. */
export function parseText(text: string, lines?: LineCounter): EditableDocument {
  return parseDocument(text, {
    schema: 'failsafe',
    version: '1.1',
    // Several documents in one text are an error.
    logLevel: 'error',
    prettyErrors: false,
    ...(lines === undefined ? {} : { lineCounter: lines }),
  });
}

/** The document of a text, or why it has none that a form could edit. */
export function readEditable(text: string): { document: EditableDocument } | { obstacle: Obstacle } {
  if (text.length > CHARACTERS_MAX) {
    return { obstacle: { message: 'It is too long to be edited as a form.', line: 1 } };
  }
  const lines = new LineCounter();
  const document = parseText(text, lines);
  const [error] = document.errors;
  if (error !== undefined) {
    const isSeveral = error.code === 'MULTIPLE_DOCS';
    const message = isSeveral ? 'It is made of several YAML documents.' : sentence(error.message);
    return { obstacle: { message, line: lines.linePos(error.pos[0]).line } };
  }
  const { contents } = document;
  const isEmpty = contents === null || ('value' in contents && contents.value === '');
  if (!isEmpty && !isMap(contents)) {
    return { obstacle: { message: 'A mapping with execution and scenarios is expected.', line: 1 } };
  }
  const targets = aliasTargets(document);
  if (isAlias(targets)) {
    const message = `No anchor "&${targets.source}" stands before the alias "*${targets.source}".`;
    return { obstacle: { message, line: lines.linePos(targets.range?.[0] ?? 0).line } };
  }
  const offset = mergedKeyAt(document);
  if (offset !== null) {
    const message = 'Its keys are merged by signs or by "<<", which a form cannot show.';
    return { obstacle: { message, line: lines.linePos(offset).line } };
  }
  return { document };
}

/** Where a key says how mappings are merged (`<<`, `~key`, `^key`, `$key`); null where none does. */
function mergedKeyAt(document: EditableDocument): number | null {
  let offset: number | null = null;
  visit(document, {
    Pair: (_key, { key }) => {
      const { range, value } = key as { value?: unknown; range?: [number, number, number] };
      if (typeof value !== 'string' || !/^(?:<<$|[~^$][a-z])/.test(value)) return undefined;
      offset = range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function sentence(message: string): string {
  const [first = ''] = message.split('\n');
  return /[.!]$/.test(first) ? first : `${first}.`;
}

/** The line, from 1, of the path, or of the nearest thing around it. */
export function lineOf(text: string, path: Path): number {
  const lines = new LineCounter();
  const document = parseText(text, lines);
  let offset = 0;
  let node: unknown = document.contents;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String((key as { value?: unknown }).value) === String(part));
      // A list of one may be written without its dash: the path has an index that the text has not.
      if (pair === undefined && typeof part === 'number') continue;
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      const item = typeof part === 'number' ? (node as { items?: unknown[] } | null)?.items?.[part] : undefined;
      if (item === undefined) break;
      offset = startOf(item) ?? offset;
      node = item;
    }
  }
  return lines.linePos(offset).line || 1;
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | null)?.range?.[0];
}
