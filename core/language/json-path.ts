/** Compiles paths into JSON as Jayway's library, which JMeter uses, reads them. */

import type { JsonValue } from './json-value.ts';
import { parseJson } from './parse-json.ts';

/** What is wrong with a path. */
export class JsonPathProblem extends Error {}

export type PathToken =
  | { kind: 'names'; names: readonly string[] }
  | { kind: 'indexes'; indexes: readonly number[] }
  | { kind: 'slice'; from: number | null; to: number | null }
  | { kind: 'all' }
  | { kind: 'filter'; filter: Filter }
  /** The next token, here and everywhere below. */
  | { kind: 'deep' };

export type Operand =
  | { kind: 'value'; value: JsonValue }
  | { kind: 'pattern'; pattern: RegExp }
  | { kind: 'path'; isRoot: boolean; path: JsonPath };

export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'not'; filter: Filter }
  | { kind: 'exists'; operand: Operand }
  | { kind: 'compare'; sign: string; left: Operand; right: Operand };

export interface JsonPath {
  readonly tokens: readonly PathToken[];
  /** Leads to one place at most. */
  readonly isDefinite: boolean;
}

const LENGTH_MAX = 5_000;
const DEPTH_MAX = 50;
const COMPARISON = /\s*(==|!=|<=|>=|=~|<|>|in\b|nin\b|contains\b|size\b|empty\b)\s*/y;

/** Throws `JsonPathProblem`. */
export function compileJsonPath(text: string): JsonPath {
  const trimmed = text.trim();
  if (trimmed.length > LENGTH_MAX) throw new JsonPathProblem(`a path may have ${LENGTH_MAX} characters`);
  if (trimmed.includes(';')) throw new JsonPathProblem('JMeter takes a semicolon for the end of the path');
  const path = /^[$@]/.test(trimmed) ? trimmed : `$.${trimmed}`;
  const reader = new Reader(path);
  const compiled = reader.path();
  if (!reader.isAtEnd) throw new JsonPathProblem(`${reader.rest} is not expected in the path`);
  return compiled;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get rest(): string {
    const rest = this.#text.slice(this.#at);
    return rest === '' ? 'the end' : rest.length > 30 ? `${rest.slice(0, 30)}...` : rest;
  }

  /** From `$` or `@` on, as far as it goes. */
  path(): JsonPath {
    this.#at++;
    const tokens: PathToken[] = [];
    for (;;) {
      if (this.#takes('..')) {
        tokens.push({ kind: 'deep' });
        tokens.push(this.#peeks('[') ? this.#bracket() : this.#member());
      } else if (this.#takes('.')) {
        tokens.push(this.#peeks('[') ? this.#bracket() : this.#member());
      } else if (this.#peeks('[')) {
        tokens.push(this.#bracket());
      } else if (this.#text[this.#at - 1] === ']' && /^\w/.test(this.#text.slice(this.#at, this.#at + 1))) {
        // Behind a bracket the dot may be missing.
        tokens.push(this.#member());
      } else {
        return { tokens, isDefinite: tokens.every(isDefinite) };
      }
    }
  }

  #member(): PathToken {
    if (this.#takes('*')) return { kind: 'all' };
    const name = this.#match(/[^.[\]()\s=!<>&|,'"?*]+/y);
    if (name === null) throw new JsonPathProblem(`a name is missing before ${this.rest}`);
    if (this.#peeks('('))
      throw new JsonPathProblem(`${name}() is not supported: JMeter finds nothing with functions in paths`);
    return { kind: 'names', names: [name] };
  }

  #bracket(): PathToken {
    this.#at++;
    this.#skipSpace();
    if (this.#takes('?')) return this.#filter();
    let token: PathToken;
    if (this.#takes('*')) token = { kind: 'all' };
    else if (this.#peeks("'") || this.#peeks('"')) token = { kind: 'names', names: this.#list(() => this.#quoted()) };
    else token = this.#numbers();
    this.#expect(']');
    return token;
  }

  #numbers(): PathToken {
    const slice = this.#match(/(?:-?\d+)?\s*:\s*(?:-?\d+)?(?=\s*\])/y);
    if (slice !== null) {
      const [from = '', to = ''] = slice.split(':').map((part) => part.trim());
      return { kind: 'slice', from: from === '' ? null : Number(from), to: to === '' ? null : Number(to) };
    }
    const indexes = this.#list(() => {
      const index = this.#match(/-?\d{1,9}/y);
      if (index === null)
        throw new JsonPathProblem(`an index, a name in quotes, * or ?(...) is missing before ${this.rest}`);
      return Number(index);
    });
    return { kind: 'indexes', indexes };
  }

  #list<Item>(read: () => Item): Item[] {
    const items: Item[] = [];
    do {
      this.#skipSpace();
      items.push(read());
      this.#skipSpace();
    } while (this.#takes(','));
    return items;
  }

  #filter(): PathToken {
    this.#expect('(');
    const filter = this.#or();
    this.#expect(')');
    this.#expect(']');
    return { kind: 'filter', filter };
  }

  #or(): Filter {
    let left = this.#and();
    while (this.#takesSpaced('||')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Filter {
    let left = this.#not();
    while (this.#takesSpaced('&&')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Filter {
    if (++this.#depth > DEPTH_MAX) throw new JsonPathProblem(`a filter may be ${DEPTH_MAX} deep`);
    this.#skipSpace();
    const filter = this.#condition();
    this.#depth--;
    return filter;
  }

  #condition(): Filter {
    if (this.#takes('!')) return { kind: 'not', filter: this.#not() };
    if (this.#takes('(')) {
      const filter = this.#or();
      this.#expect(')');
      return filter;
    }
    const left = this.#operand();
    COMPARISON.lastIndex = this.#at;
    const match = COMPARISON.exec(this.#text);
    if (match === null) return { kind: 'exists', operand: left };
    const [written, sign = ''] = match;
    this.#at += written.length;
    return { kind: 'compare', sign, left, right: this.#operand() };
  }

  #operand(): Operand {
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (first === '@' || first === '$') {
      const inner = this.path();
      return { kind: 'path', isRoot: first === '$', path: inner };
    }
    if (first === "'" || first === '"') return { kind: 'value', value: this.#quoted() };
    if (first === '/') return this.#pattern();
    const written = this.#match(/\[[^\]]*\]|\{[^}]*\}|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y);
    if (written === null) throw new JsonPathProblem(`a value is missing before ${this.rest}`);
    return { kind: 'value', value: parseJson(written) };
  }

  #pattern(): Operand {
    const written = this.#match(/\/(?:[^/\\]|\\.)*\/[a-z]*/y);
    const end = written?.lastIndexOf('/') ?? 0;
    if (written === null) throw new JsonPathProblem('a pattern is not closed');
    try {
      const flags = written.slice(end + 1).replace(/[^ims]/g, '');
      return { kind: 'pattern', pattern: new RegExp(`^(?:${written.slice(1, end)})$`, flags) };
    } catch {
      throw new JsonPathProblem(`${written} is no regular expression`);
    }
  }

  #quoted(): string {
    const quote = this.#text[this.#at++];
    let text = '';
    for (;;) {
      const character = this.#text[this.#at++];
      if (character === undefined || quote === undefined) throw new JsonPathProblem('a quote is missing in the path');
      if (character === quote) return text;
      text += character === '\\' ? (this.#text[this.#at++] ?? '') : character;
    }
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  #skipSpace(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  #peeks(sign: string): boolean {
    return this.#text.startsWith(sign, this.#at);
  }

  #takes(sign: string): boolean {
    if (!this.#peeks(sign)) return false;
    this.#at += sign.length;
    return true;
  }

  #takesSpaced(sign: string): boolean {
    this.#skipSpace();
    return this.#takes(sign);
  }

  #expect(sign: string): void {
    if (!this.#takesSpaced(sign)) throw new JsonPathProblem(`${sign} is missing before ${this.rest}`);
  }
}

function isDefinite(token: PathToken): boolean {
  return token.kind === 'names' || (token.kind === 'indexes' && token.indexes.length === 1);
}
