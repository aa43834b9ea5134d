/** A JMeter script as elements that know where in the text they stand, so that single values can be changed in place. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { FieldProblem } from '../../../errors.ts';
import { isMapping } from '../../../input/value.ts';

export interface JmxElement {
  name: string;
  /** Values as they are meant, entities replaced. */
  attributes: Readonly<Record<string, string>>;
  children: JmxElement[];
  /** Its own text without that of its children, entities replaced. */
  text: string;
  /** Offsets in the script: of its `<`, and behind its end. */
  start: number;
  end: number;
}

const DEPTH_MAX = 300;
/** Some 10 microseconds each; a script of the largest size has about as many. */
const TAGS_MAX = 400_000;
const META = XMLParser.getMetaDataSymbol() as unknown as string;
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  captureMetaData: true,
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
});

/** The root element, or what is wrong with it: `shop.jmx:12`. Nothing outside of the text is read, no entity is made larger. */
export function parseJmx(path: string, text: string): { root: JmxElement } | { problem: FieldProblem } {
  const refuse = (line: number, message: string) => ({ problem: { path: `${path}:${line}`, message } });
  if (/<!DOCTYPE/i.test(text.slice(0, 10_000))) return refuse(1, 'a JMeter script has no DOCTYPE');
  if (countOf(text, '<') > TAGS_MAX) return refuse(1, `has more than ${TAGS_MAX} tags`);
  const checked = XMLValidator.validate(text);
  if (checked !== true) return refuse(checked.err.line, `is not XML: ${checked.err.msg}`);
  let roots: JmxElement[];
  try {
    roots = elementsIn(parser.parse(text), 0).filter(({ name }) => !name.startsWith('?'));
  } catch (error) {
    return refuse(1, `is not XML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [root, second] = roots;
  if (second !== undefined)
    return refuse(countOf(text.slice(0, second.start), '\n') + 1, 'is not XML: it goes on behind its end');
  if (root?.name === 'jmeterTestPlan' && root.children.some(({ name }) => name === 'hashTree')) return { root };
  return refuse(1, 'is not a JMeter script: its first element is not jmeterTestPlan');
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count++;
  return count;
}

function elementsIn(nodes: unknown, depth: number): JmxElement[] {
  if (depth > DEPTH_MAX) throw new Error(`it is nested more than ${DEPTH_MAX} deep`);
  return Array.isArray(nodes) ? nodes.flatMap((node) => elementOf(node, depth) ?? []) : [];
}

function elementOf(node: unknown, depth: number): JmxElement | null {
  if (!isMapping(node)) return null;
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name === '#text') return null;
  const parts: unknown = node[name];
  const written: unknown = node[':@'];
  const place: unknown = node[META];
  const { startIndex = 0, endIndex = 0 } = (place ?? {}) as { startIndex?: number; endIndex?: number };
  return {
    name,
    attributes: Object.fromEntries(
      Object.entries(isMapping(written) ? written : {}).map(([key, value]) => [key, decoded(String(value))]),
    ),
    children: elementsIn(parts, depth + 1),
    text: decoded(textIn(parts)),
    start: startIndex,
    end: endIndex,
  };
}

function textIn(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts.map((part) => (isMapping(part) && typeof part['#text'] === 'string' ? part['#text'] : '')).join('');
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (written, hex, decimal, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? written;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : written;
  });
}

/** The child that holds a property of a test element, of whatever type it was saved as. */
export function propertyOf(element: JmxElement, name: string): JmxElement | undefined {
  return element.children.find((child) => nameOf(child) === name);
}

/** A property's name: an attribute, or an element of its own where the type has one (`doubleProp`). */
function nameOf(property: JmxElement): string | undefined {
  return property.attributes.name ?? property.children.find(({ name }) => name === 'name')?.text;
}

/** A property's value as it is written; null when there is none. */
export function writtenIn(element: JmxElement, name: string): string | null {
  const property = propertyOf(element, name);
  return property === undefined
    ? null
    : (property.children.find((child) => child.name === 'value')?.text ?? property.text);
}
