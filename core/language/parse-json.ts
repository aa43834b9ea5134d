/**
 * Reads JSON as json-smart does for JMeter: also with single quotes, names without quotes, commas at the end and text after the
 * value. Members keep their order. Depth is bounded, so that no document overflows the stack.
 */
import { JsonDecimal, type JsonObject, type JsonValue } from './json-value.ts';

const DEPTH_MAX = 400;

export class JsonProblem extends Error {}

/** Throws `JsonProblem`. */
export function parseJson(text: string): JsonValue {
  return new Parser(text).document();
}

const bareEnd = /[,:{}[\]]/g;
const characters: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    this.#skipSpace();
    if (this.#at >= this.#text.length) throw new JsonProblem('the text is empty');
    const first = this.#text[this.#at];
    if (first === '{' || first === '[' || first === '"' || first === "'") return this.#value();
    return scalar(this.#text.slice(this.#at).trim());
  }

  #value(): JsonValue {
    const character = this.#text.charCodeAt(this.#at);
    if (character === 0x22) return this.#quoted('"');
    if (character === 0x7b) return this.#object();
    if (character === 0x5b) return this.#array();
    if (character === 0x27) return this.#quoted("'");
    return this.#smallNumber() ?? scalar(this.#bare());
  }

  /** A whole number that ends where it must; null for anything else. */
  #smallNumber(): number | null {
    const text = this.#text;
    let at = this.#at;
    let value = 0;
    for (; at < text.length; at++) {
      const digit = text.charCodeAt(at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const length = at - this.#at;
    const end = text.charCodeAt(at);
    if (length === 0 || length > 15 || (end !== 0x2c && end !== 0x7d && end !== 0x5d)) return null;
    this.#at = at;
    return value;
  }

  #object(): JsonObject {
    this.#enter();
    const members: JsonObject = new Map();
    this.#at++;
    for (;;) {
      this.#skipSpace();
      const character = this.#text[this.#at];
      if (character === '}') break;
      if (character === ',') {
        this.#at++;
        continue;
      }
      const name = character === '"' || character === "'" ? this.#quoted(character) : this.#bare();
      this.#skipSpace();
      if (this.#text[this.#at] !== ':') throw new JsonProblem('a colon is missing');
      this.#at++;
      this.#skipSpace();
      members.set(name, this.#value());
      this.#skipSpace();
      this.#expectEnd('}');
    }
    this.#at++;
    this.#depth--;
    return members;
  }

  #array(): JsonValue[] {
    this.#enter();
    const items: JsonValue[] = [];
    this.#at++;
    for (;;) {
      this.#skipSpace();
      const character = this.#text[this.#at];
      if (character === ']') break;
      if (character === ',') {
        this.#at++;
        continue;
      }
      items.push(this.#value());
      this.#skipSpace();
      this.#expectEnd(']');
    }
    this.#at++;
    this.#depth--;
    return items;
  }

  #enter(): void {
    if (++this.#depth > DEPTH_MAX) throw new JsonProblem(`it is nested more than ${DEPTH_MAX} deep`);
  }

  /** After an item comes a comma or the end. */
  #expectEnd(end: string): void {
    const character = this.#text[this.#at];
    if (character !== ',' && character !== end) throw new JsonProblem(`, or ${end} is missing`);
  }

  #quoted(quote: string): string {
    this.#at++;
    const end = this.#text.indexOf(quote, this.#at);
    if (end >= 0) {
      const plain = this.#text.slice(this.#at, end);
      if (!plain.includes('\\')) {
        this.#at = end + 1;
        return plain;
      }
    }
    let text = '';
    for (;;) {
      const character = this.#text[this.#at++];
      if (character === undefined) throw new JsonProblem('a text is not closed');
      if (character === quote) return text;
      text += character === '\\' ? this.#escaped() : character;
    }
  }

  #escaped(): string {
    const character = this.#text[this.#at++] ?? '';
    if (character !== 'u' && character !== 'x') return characters[character] ?? character;
    const length = character === 'u' ? 4 : 2;
    const digits = this.#text.slice(this.#at, this.#at + length);
    if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < length) throw new JsonProblem('an escape is not valid');
    this.#at += length;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  /** A word without quotes. */
  #bare(): string {
    bareEnd.lastIndex = this.#at;
    const end = bareEnd.exec(this.#text)?.index ?? this.#text.length;
    const word = this.#text.slice(this.#at, end).trim();
    if (word === '') throw new JsonProblem('a value is missing');
    this.#at = end;
    return word;
  }

  #skipSpace(): void {
    while (this.#text.charCodeAt(this.#at) <= 0x20) this.#at++;
  }
}

function scalar(word: string): JsonValue {
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  if (word === 'NaN') return new JsonDecimal('NaN');
  return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word) ? numberOf(word) : word;
}

function numberOf(written: string): JsonValue {
  const value = Number(written);
  if (/[.eE]/.test(written)) return new JsonDecimal(written);
  if (!Number.isSafeInteger(value)) return BigInt(written);
  return value === 0 ? 0 : value;
}
