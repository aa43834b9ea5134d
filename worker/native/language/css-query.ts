/** Finds elements by selectors as JSoup reads them: CSS with a few words more, and values that match in any case. */
import { compile, selectAll } from 'css-select';
import { type AnyNode, type Element, isTag, isText } from 'domhandler';
import { compilePattern } from '../../../core/language/perl-pattern.ts';
import { type HtmlDocument, textOf } from './html-document.ts';

/** What is wrong with a selector. */
export class CssProblem extends Error {}

export type CssQuery = (document: HtmlDocument) => Element[];

const LENGTH_MAX = 5_000;

type Test = (element: Element, value?: string | null) => boolean;

const pseudos: Record<string, Test> = {
  eq: (element, value) => placeOf(element) === Number(value),
  lt: (element, value) => placeOf(element) < Number(value),
  gt: (element, value) => placeOf(element) > Number(value),
  contains: (element, value) => textOf(element).toLowerCase().includes(wanted(value)),
  containsown: (element, value) => ownText(element).toLowerCase().includes(wanted(value)),
  'text-matches': (element, value) => patternOf(decodeURIComponent(value ?? '')).test(textOf(element)),
  'own-text-matches': (element, value) => patternOf(decodeURIComponent(value ?? '')).test(ownText(element)),
  'attribute-matches': (element, value) => {
    const [name = '', pattern = ''] = (value ?? '').split('/').map(decodeURIComponent);
    return name in element.attribs && patternOf(pattern).test(element.attribs[name] ?? '');
  },
  'attribute-prefix': (element, value) => Object.keys(element.attribs).some((name) => name.startsWith(value ?? '')),
};

/** Throws `CssProblem`. */
export function compileCss(selector: string): CssQuery {
  if (selector.trim() === '') throw new CssProblem('the expression is empty');
  if (selector.length > LENGTH_MAX) throw new CssProblem(`an expression may have ${LENGTH_MAX} characters`);
  try {
    const test = compile<AnyNode, Element>(inCss(selector), { pseudos: pseudos as Record<string, string | Test> });
    return (document) => selectAll<AnyNode, Element>(test, document);
  } catch (error) {
    throw new CssProblem(error instanceof Error ? error.message : String(error));
  }
}

/** JSoup's own words as those that are known here. */
function inCss(selector: string): string {
  return selector
    .replace(/\[\^([\w-]+)\]/g, ':attribute-prefix($1)')
    .replace(
      /\[\s*([\w:-]+)\s*([~^$*|!]?=)\s*("[^"]*"|'[^']*'|[^\]"']*?)\s*\]/g,
      (_, name: string, sign: string, written: string) => {
        const value = /^["']/.test(written) ? written.slice(1, -1) : written;
        if (sign === '~=') return `:attribute-matches(${[name.toLowerCase(), value].map(encoded).join('/')})`;
        return `[${name}${sign}"${value.replaceAll('"', '\\"')}" i]`;
      },
    )
    .replace(/:matches(Own)?\(((?:[^()]|\([^()]*\))*)\)/g, (_, own: string | undefined, pattern: string) =>
      own === undefined ? `:text-matches(${encoded(pattern)})` : `:own-text-matches(${encoded(pattern)})`,
    )
    .replaceAll(':containsOwn(', ':containsown(');
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[()'!*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

function placeOf(element: Element): number {
  let place = 0;
  for (let before = element.previousSibling; before !== null; before = before.previousSibling)
    if (isTag(before)) place++;
  return place;
}

function ownText(element: Element): string {
  const texts = element.children.map((child) => (isText(child) ? child.data : ''));
  return texts.join('').replace(/\s+/g, ' ').trim();
}

function wanted(value: string | null | undefined): string {
  return (value ?? '').replace(/^(["'])(.*)\1$/, '$2').toLowerCase();
}

const patterns = new Map<string, RegExp>();

function patternOf(value: string | null | undefined): RegExp {
  const source = value ?? '';
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    pattern = compilePattern(source).expression;
    if (patterns.size > 200) patterns.clear();
    patterns.set(source, pattern);
  }
  return pattern;
}
