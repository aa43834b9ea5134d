/** HTML as browsers and JSoup read it, whatever its faults. */
import { type AnyNode, type Document, type Element, isTag, isText } from 'domhandler';
import { parse } from 'parse5';
import { adapter } from 'parse5-htmlparser2-tree-adapter';

export type HtmlDocument = Document;

/** Deeper documents are taken for none: what walks them must not overflow the stack. */
const DEPTH_MAX = 500;

class TooDeep extends Error {}

/** Null for one that is nested too deep. `withPlaces`: elements know whether they were written; takes twice the time. */
export function parseHtml(text: string, withPlaces = false): HtmlDocument | null {
  let depth = 0;
  const treeAdapter = {
    ...adapter,
    // The parser itself is slow with many open elements.
    onItemPush(): void {
      if (++depth > DEPTH_MAX) throw new TooDeep();
    },
    onItemPop(): void {
      depth--;
    },
  };
  try {
    const document = parse(text, { treeAdapter, sourceCodeLocationInfo: withPlaces });
    return isTooDeep(document) ? null : document;
  } catch (error) {
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

function isTooDeep(document: Document): boolean {
  let depth = 0;
  let node: AnyNode | null = document;
  while (node !== null) {
    const first: AnyNode | null = 'children' in node ? (node.firstChild as AnyNode | null) : null;
    if (first !== null) {
      if (++depth > DEPTH_MAX) return true;
      node = first;
      continue;
    }
    while (node !== null && node.nextSibling === null) {
      depth--;
      node = node.parentNode as AnyNode | null;
    }
    node = (node?.nextSibling as AnyNode | null | undefined) ?? null;
  }
  return false;
}

const blocks = new Set(
  (
    'html head body frameset script noscript style meta link title frame noframes section nav aside hgroup header footer p h1 h2 h3 h4 ' +
    'h5 h6 ul ol pre div blockquote hr address figure figcaption form fieldset ins del dl dt dd li table caption thead tfoot tbody ' +
    'colgroup col tr th td video audio canvas details menu plaintext template article main svg math center dir applet marquee listing'
  ).split(' '),
);
const keepsSpace = new Set(['pre', 'plaintext', 'title', 'textarea']);

/** The text of an element as a reader sees it, in JSoup's way: white space counts once, blocks stand apart. */
export function textOf(element: Element): string {
  const parts: TextParts = { text: '' };
  addText(element, parts);
  return parts.text.trim();
}

interface TextParts {
  text: string;
}

function addText(node: AnyNode, parts: TextParts): void {
  if (isText(node)) {
    addCharacters(node.data, node.parentNode, parts);
    return;
  }
  if (!isTag(node) || node.name === 'script' || node.name === 'style') return;
  const isBlock = blocks.has(node.name);
  if (parts.text !== '' && (isBlock || node.name === 'br') && !parts.text.endsWith(' ')) parts.text += ' ';
  for (const child of node.children) addText(child, parts);
  // What follows a block stands apart from it too.
  const next = node.nextSibling;
  if (isBlock && next !== null && !(isTag(next) && blocks.has(next.name)) && !parts.text.endsWith(' '))
    parts.text += ' ';
}

function addCharacters(data: string, parent: AnyNode | null, parts: TextParts): void {
  if (parent !== null && isTag(parent) && preserves(parent)) {
    parts.text += data;
    return;
  }
  const normal = data.replace(/[ \t\n\f\r\u00a0]+/g, ' ').replace(/[\u200b\u00ad]/g, '');
  const isAfterSpace = parts.text === '' || parts.text.endsWith(' ');
  parts.text += isAfterSpace && normal.startsWith(' ') ? normal.slice(1) : normal;
}

function preserves(element: Element): boolean {
  let node: AnyNode | null = element;
  for (let level = 0; node !== null && isTag(node) && level < 6; level++) {
    if (keepsSpace.has(node.name)) return true;
    node = node.parentNode as AnyNode | null;
  }
  return false;
}
