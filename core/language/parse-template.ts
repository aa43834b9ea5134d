/**
 * Reads a text with `${...}` as JMeter reads it. What JMeter does with a backslash, with brackets left open or with a function
 * without brackets decides what is sent, so all of it is kept: also that a text without any `${...}` keeps its backslashes.
 */

export type TemplatePart =
  | { kind: 'text'; text: string }
  | { kind: 'variable'; name: string; written: string }
  | { kind: 'call'; name: string; arguments: readonly ParsedTemplate[]; written: string };

export interface ParsedTemplate {
  readonly text: string;
  readonly parts: readonly TemplatePart[];
}

/** What is wrong with a template, in words that follow its path. */
export class TemplateProblem extends Error {}

/** Calls within arguments of calls. */
const DEPTH_MAX = 30;

/** `isFunction` says which names in front of a bracket are functions. Throws `TemplateProblem`. */
export function parseTemplate(text: string, isFunction: (name: string) => boolean, depth = 0): ParsedTemplate {
  if (depth > DEPTH_MAX) throw new TemplateProblem(`functions are nested more than ${DEPTH_MAX} deep`);
  if (!text.includes('${')) return { text, parts: text === '' ? [] : [{ kind: 'text', text }] };
  const reader = new Reader(text, isFunction, depth);
  const parts = reader.template();
  // Only a text of several parts loses its backslashes.
  const isPlain = depth === 0 && parts.length < 2 && parts.every((part) => part.kind === 'text');
  return { text, parts: isPlain ? [{ kind: 'text', text }] : parts };
}

class Reader {
  readonly #text: string;
  readonly #isFunction: (name: string) => boolean;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, isFunction: (name: string) => boolean, depth: number) {
    this.#text = text;
    this.#isFunction = isFunction;
    this.#depth = depth;
  }

  template(): TemplatePart[] {
    const parts: TemplatePart[] = [];
    let plain = '';
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at++]!;
      if (character === '\\') {
        plain += this.#escaped();
      } else if (character === '$' && this.#text[this.#at] === '{') {
        if (plain !== '') parts.push({ kind: 'text', text: plain });
        plain = '';
        this.#at++;
        parts.push(this.#reference(this.#at - 2));
      } else {
        plain += character;
      }
    }
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    return parts;
  }

  #escaped(): string {
    const character = this.#text[this.#at++];
    if (character === undefined) return '\\';
    return character === '$' || character === ',' || character === '\\' ? character : `\\${character}`;
  }

  /** What follows `${`; `start` is where that stands. */
  #reference(start: number): TemplatePart {
    let name = '';
    let mayCall = false;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at++]!;
      if (character === '\\') {
        name += this.#text[this.#at++] ?? '\\';
        mayCall = false;
      } else if (character === '}') {
        return this.#named(name, start);
      } else if (character === '(' && mayCall && this.#isFunction(name.trim())) {
        return this.#call(name.trim(), start);
      } else {
        name += character;
        mayCall = character !== ' ';
      }
    }
    // Never closed: JMeter drops the `${`.
    return { kind: 'text', text: name };
  }

  #named(name: string, start: number): TemplatePart {
    const written = this.#text.slice(start, this.#at);
    if (this.#isFunction(name.trim())) return { kind: 'call', name: name.trim(), arguments: [], written };
    return { kind: 'variable', name, written: `\${${name}}` };
  }

  #call(name: string, start: number): TemplatePart {
    const texts = this.#argumentTexts(name);
    while (this.#text[this.#at] === ' ') this.#at++;
    if (this.#text[this.#at++] !== '}') throw new TemplateProblem(`} is missing after \${${name}(...)`);
    return {
      kind: 'call',
      name,
      arguments: texts.map((text) => parseArgument(text, this.#isFunction, this.#depth + 1)),
      written: this.#text.slice(start, this.#at),
    };
  }

  /** The arguments as they are written, up to the closing bracket. */
  #argumentTexts(name: string): string[] {
    const texts: string[] = [];
    let text = '';
    let braces = 0;
    let brackets = 0;
    let afterDollar = false;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at++]!;
      if (character === '\\') {
        text += character + (this.#text[this.#at++] ?? '');
        afterDollar = false;
        continue;
      }
      if (braces === 0) {
        if (character === ',') {
          texts.push(text);
          text = '';
          continue;
        }
        if (character === ')') {
          if (brackets === 0) return texts.length === 0 && text === '' ? texts : [...texts, text];
          brackets--;
        } else if (character === '(') {
          brackets++;
        }
      }
      if (character === '{' && afterDollar) braces++;
      else if (character === '}' && braces > 0) braces--;
      afterDollar = character === '$';
      text += character;
    }
    throw new TemplateProblem(`) is missing after \${${name}(`);
  }
}

/** Arguments lose their backslashes in any case. */
function parseArgument(text: string, isFunction: (name: string) => boolean, depth: number): ParsedTemplate {
  if (depth > DEPTH_MAX) throw new TemplateProblem(`functions are nested more than ${DEPTH_MAX} deep`);
  return { text, parts: new Reader(text, isFunction, depth).template() };
}
