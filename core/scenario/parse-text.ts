/**
 * The text of a Taurus file, YAML or JSON (which is read as YAML, as Taurus does), into plain values. Safe against hostile texts:
 * size, depth, and what aliases unfold to are all bounded.
 */
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  Scalar,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import { type ErrorCode, LoadstarError } from '../errors.ts';
import { copyOf, describe, isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import { indentedFurther } from './indented-further.ts';
import { plainScalarValue, taggedScalarValue } from './yaml-scalars.ts';

const DEPTH_MAX = 64;
const TOO_DEEP = `is nested more than ${DEPTH_MAX} deep`;
/** The YAML parser takes about 4 microseconds for each: this bounds what a text that is all brackets costs. */
const LEXEMES_MAX = 2_000_000;

const COLLECTION_TAGS: ReadonlySet<string> = new Set(['!', 'tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq']);

type Warn = (message: string) => void;

/**
 * The mappings of a text: one for each YAML document in it that is not empty. What Taurus reads beyond YAML's rules is read, too: keys that stand twice
 * (the last one counts), tabs that indent, quoted texts and flow collections that go on further left. Throws `scenario_unreadable` with file, line
 * and column (`a.yml:3:7`), or `scenario_too_large`.
 */
export function parseText(name: string, text: string, warn: Warn = () => {}): TaurusMapping[] {
  return parseDocuments(name, text, warn).flatMap(({ value, at }) => {
    if (value === null) return [];
    if (isMapping(value)) return [value];
    throw unreadable(name, at, `${describe(value)} stands where a mapping with execution and scenarios is expected`);
  });
}

/** One value, as on the right of `--set key=value`: YAML, or else the text itself. */
export function parseValue(text: string): TaurusValue {
  try {
    const documents = parseDocuments('', text, () => {});
    return documents.length === 1 ? (documents[0]?.value ?? null) : text === '' ? null : text;
  } catch {
    return text;
  }
}

interface Position {
  line: number;
  col: number;
}

interface Parsed {
  value: TaurusValue;
  at: Position;
}

function parseDocuments(name: string, text: string, warn: Warn): Parsed[] {
  if (text.length > limits.scenarioBytesMax || new TextEncoder().encode(text).length > limits.scenarioBytesMax) {
    throw tooLarge(name, `holds more than ${limits.scenarioBytesMax} bytes`);
  }
  const source = withoutTabs(name, text.startsWith('\uFEFF') ? text.slice(1) : text, warn);
  try {
    return documentsOf(name, source, warn);
  } catch (error) {
    const indented = indentedFurther((changed) => documentErrors(name, changed), source);
    if (indented === null) throw error;
    return documentsOf(name, indented, warn);
  }
}

function documentsOf(name: string, source: string, warn: Warn): Parsed[] {
  const lines = new LineCounter();
  const fail = (offset: number, message: string): never => {
    throw unreadable(name, lines.linePos(offset), message);
  };
  const twice = (offset: number, key: string): void => {
    warn(
      `${name}:${lines.linePos(offset).line}: the key ${describe(key)} stands there twice; the last one counts, as in Taurus`,
    );
  };
  return Array.from(composed(name, source, lines), (document) => {
    const [error] = document.errors;
    if (error !== undefined) fail(error.pos[0], error.message);
    const at = lines.linePos(document.contents?.range?.[0] ?? 0);
    return { value: new Values(name, fail, twice).valueOf(document), at };
  });
}

function documentErrors(name: string, source: string): YAMLParseError[] {
  return [...composed(name, source, new LineCounter())].flatMap(({ errors }) => errors);
}

function* composed(name: string, source: string, lines: LineCounter) {
  const composer = new Composer({ schema: 'failsafe', version: '1.1', uniqueKeys: false, logLevel: 'silent' });
  try {
    yield* composer.compose(tokensOf(name, source, lines));
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(name, { line: 1, col: 1 }, TOO_DEEP);
    throw error;
  }
}

/** As Taurus does: any number of tabs that indent a line are four spaces. */
function withoutTabs(name: string, source: string, warn: Warn): string {
  const replaced = source.replace(/^( *)\t+/gm, '$1    ');
  if (replaced !== source) {
    const line = source.slice(0, /^ *\t/m.exec(source)?.index ?? 0).split('\n').length;
    warn(`${name}:${line}: tabs that indent lines are read as four spaces, as in Taurus`);
  }
  return replaced;
}

function* tokensOf(name: string, source: string, lines: LineCounter) {
  refuseControlCharacters(name, source);
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(source)) {
    if (++lexemes > LEXEMES_MAX) throw tooLarge(name, `is made of more than ${LEXEMES_MAX} words and signs`);
    yield* parser.next(lexeme);
    // Far above what the nodes may be nested, and far below what would overflow the stack.
    if (parser.stack.length > DEPTH_MAX * 8) throw unreadable(name, lines.linePos(parser.offset), TOO_DEEP);
  }
  yield* parser.end();
}

/** YAML allows none of them in a text (in quotes they can be written as escapes). */
function refuseControlCharacters(name: string, source: string): void {
  const found = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(source);
  if (found === null) return;
  const before = source.slice(0, found.index);
  const line = before.split('\n').length;
  const at = { line, col: before.length - before.lastIndexOf('\n') };
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw unreadable(name, at, `the character U+${code} is not allowed in YAML`);
}

/** Turns the nodes of one document into values. */
class Values {
  readonly #name: string;
  readonly #fail: (offset: number, message: string) => never;
  readonly #twice: (offset: number, key: string) => void;
  /** Nodes with a name (`&name`) that are complete, and how large and deep they are. */
  readonly #anchors = new Map<string, { value: TaurusValue; size: number; depth: number }>();
  /** Characters and nodes seen, those that aliases repeat included. */
  #size = 0;

  constructor(
    name: string,
    fail: (offset: number, message: string) => never,
    twice: (offset: number, key: string) => void,
  ) {
    this.#name = name;
    this.#fail = fail;
    this.#twice = twice;
  }

  valueOf(document: Document.Parsed): TaurusValue {
    return this.#value(document.contents, 0);
  }

  #value(node: unknown, depth: number): TaurusValue {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      const anchored = this.#anchors.get(node.source);
      if (anchored === undefined)
        return this.#fail(node.range?.[0] ?? 0, `*${node.source} stands before its anchor &${node.source} is complete`);
      if (depth + anchored.depth > DEPTH_MAX) return this.#fail(offsetOf(node), TOO_DEEP);
      this.#grow(anchored.size);
      return copyOf(anchored.value);
    }
    if (depth > DEPTH_MAX) return this.#fail(offsetOf(node), TOO_DEEP);
    const sizeBefore = this.#size;
    this.#grow(1);
    const value = this.#collectionOrScalar(node, depth);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined)
      this.#anchors.set(anchor, { value, size: this.#size - sizeBefore, depth: depthOf(value) });
    return value;
  }

  #collectionOrScalar(node: unknown, depth: number): TaurusValue {
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node) || isSeq(node)) {
      if (node.tag !== undefined && !COLLECTION_TAGS.has(node.tag)) {
        return this.#fail(offsetOf(node), `the tag ${node.tag} is not supported`);
      }
      return isMap(node) ? this.#mapping(node, depth) : node.items.map((item) => this.#value(item, depth + 1));
    }
    return this.#fail(offsetOf(node), 'is not supported here');
  }

  #scalar(node: Scalar): TaurusValue {
    const source = String(node.source ?? node.value ?? '');
    this.#grow(source.length);
    if (node.tag === undefined) return node.type === Scalar.PLAIN ? plainScalarValue(source) : source;
    const value = taggedScalarValue(node.tag, source);
    return value === undefined
      ? this.#fail(offsetOf(node), `${describe(source)} is not valid with the tag ${node.tag}`)
      : value;
  }

  #mapping(node: YAMLMap, depth: number): TaurusMapping {
    const own: TaurusMapping = {};
    let inherited: TaurusMapping | null = null;
    for (const { key, value } of node.items) {
      const keyText = this.#key(key, offsetOf(node));
      const item = this.#value(value, depth + 1);
      const isMerge = keyText === '<<' && isScalar(key) && key.type === Scalar.PLAIN;
      if (isMerge && inherited !== null) this.#fail(offsetOf(key), `the key ${describe(keyText)} stands here twice`);
      if (!isMerge && Object.hasOwn(own, keyText)) this.#twice(offsetOf(key), keyText);
      if (isMerge) inherited = this.#inherited(item, offsetOf(key));
      else own[keyText] = item;
    }
    return inherited === null ? own : Object.assign(inherited, own);
  }

  #key(key: unknown, mappingOffset: number): string {
    if (!isScalar(key))
      return this.#fail(key === null ? mappingOffset : offsetOf(key), 'a key must be a plain word or a text');
    const keyText = String(key.source ?? key.value ?? '');
    this.#grow(keyText.length);
    if (keyText === '') this.#fail(offsetOf(key), 'a key is empty');
    if (keyText.replace(/^[~^$]/, '') === '__proto__') this.#fail(offsetOf(key), `the key ${keyText} is not allowed`);
    return keyText;
  }

  /** What `<<` brings in: a mapping, or several of which the first wins. */
  #inherited(value: TaurusValue, offset: number): TaurusMapping {
    const inherited: TaurusMapping = {};
    for (const source of (Array.isArray(value) ? value : [value]).toReversed()) {
      if (!isMapping(source))
        return this.#fail(offset, `<< takes a mapping or a list of mappings, and not ${describe(source)}`);
      Object.assign(inherited, source);
    }
    return inherited;
  }

  #grow(size: number): void {
    this.#size += size;
    if (this.#size > limits.scenarioBytesMax) {
      throw tooLarge(this.#name, `holds more than ${limits.scenarioBytesMax} characters once its aliases are unfolded`);
    }
  }
}

/** Levels of collections in a value: 0 for a scalar. */
function depthOf(value: TaurusValue): number {
  if (isMapping(value)) return depthOf(Object.values(value));
  if (!Array.isArray(value)) return 0;
  let deepest = 0;
  for (const item of value) deepest = Math.max(deepest, depthOf(item));
  return deepest + 1;
}

function offsetOf(node: unknown): number {
  return (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
}

function unreadable(name: string, at: Position, message: string): LoadstarError {
  return located('scenario_unreadable', name, `${name}:${at.line}:${at.col}`, message);
}

function tooLarge(name: string, message: string): LoadstarError {
  return located('scenario_too_large', name, name, message);
}

function located(code: ErrorCode, name: string, path: string, message: string): LoadstarError {
  const what = name === '' ? 'The text' : name;
  return new LoadstarError(code, `${what} cannot be read: ${path}: ${message}`, { fields: [{ path, message }] });
}
