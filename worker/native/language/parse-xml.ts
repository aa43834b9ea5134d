/**
 * Reads XML that is well-formed, and nothing else. Nothing outside of the text is ever read; entities that it declares itself are
 * filled in when they are plain texts, so that none grows.
 */
import { nodeTypes, numberNodes, TreeNode } from './tree-node.ts';

export class XmlProblem extends Error {}

const DEPTH_MAX = 500;
const ENTITIES_MAX = 1_000;
const FILLED_IN_CHARACTERS_MAX = 1_000_000;
const NAME = String.raw`[\p{L}_:][\p{L}\p{N}_:.\-\u00b7]*`;
const name = new RegExp(NAME, 'uy');
const attribute = new RegExp(String.raw`\s+(${NAME})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')`, 'uy');
const tagEnd = /\s*(\/?)>/y;
const closing = new RegExp(String.raw`</(${NAME})\s*>`, 'uy');
const declaration = /^<\?xml\s+version\s*=\s*["']1\.\d+["'][^<]*?\?>/;
const entity = new RegExp(String.raw`<!ENTITY\s+(${NAME})\s+(?:"([^"]*)"|'([^']*)'|(?:SYSTEM|PUBLIC)\b[^>]*)`, 'gu');
const forbidden = /[^\P{Cc}\t\n\r\x7f-\x9f]|[\ufffe\uffff]/u;

const knownEntities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Throws `XmlProblem`. */
export function parseXml(text: string): TreeNode {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  if (forbidden.test(lines)) throw new XmlProblem('there is a character that XML may not hold');
  const document = new Parser(lines.startsWith('\ufeff') ? lines.slice(1) : lines).document();
  numberNodes(document);
  return document;
}

class Parser {
  readonly #text: string;
  readonly #root = new TreeNode(nodeTypes.document, '#document', null);
  readonly #open: TreeNode[] = [];
  readonly #entities = new Map<string, string>();
  #at = 0;
  #filledIn = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): TreeNode {
    this.#at = declaration.exec(this.#text)?.[0].length ?? 0;
    while (this.#at < this.#text.length) {
      const start = this.#text.indexOf('<', this.#at);
      const end = start < 0 ? this.#text.length : start;
      if (end > this.#at) this.#addText(this.#text.slice(this.#at, end));
      this.#at = end;
      if (start >= 0) this.#markup();
    }
    if (this.#open.length > 0) throw new XmlProblem(`<${this.#open.at(-1)?.nodeName}> is not closed`);
    if (this.#root.documentElement === null) throw new XmlProblem('there is no element');
    return this.#root;
  }

  get #parent(): TreeNode {
    return this.#open.at(-1) ?? this.#root;
  }

  #addText(text: string): void {
    if (this.#open.length === 0) {
      if (text.trim() !== '') throw new XmlProblem('there is text outside of the first element');
      return;
    }
    const filled = this.#filled(text);
    if (filled !== '') this.#parent.append(new TreeNode(nodeTypes.text, '#text', filled));
  }

  #markup(): void {
    const second = this.#text[this.#at + 1];
    if (second === '/') this.#close();
    else if (second === '!') this.#special();
    else if (second === '?') this.#instruction();
    else this.#element();
  }

  #special(): void {
    if (this.#text.startsWith('<!--', this.#at)) {
      const comment = this.#until('<!--', '-->');
      if (comment.includes('--') || comment.endsWith('-')) throw new XmlProblem('-- stands in a comment');
      this.#parent.append(new TreeNode(nodeTypes.comment, '#comment', comment));
    } else if (this.#text.startsWith('<![CDATA[', this.#at) && this.#open.length > 0) {
      this.#parent.append(new TreeNode(nodeTypes.text, '#cdata-section', this.#until('<![CDATA[', ']]>')));
    } else if (this.#text.startsWith('<!DOCTYPE', this.#at) && this.#root.documentElement === null) {
      this.#documentType();
    } else {
      throw new XmlProblem('<! is not expected');
    }
  }

  #until(start: string, end: string): string {
    const from = this.#at + start.length;
    const to = this.#text.indexOf(end, from);
    if (to < 0) throw new XmlProblem(`${end} is missing`);
    this.#at = to + end.length;
    return this.#text.slice(from, to);
  }

  #instruction(): void {
    const content = this.#until('<?', '?>');
    const target = /^\S+/.exec(content)?.[0] ?? '';
    if (target === '' || target.toLowerCase() === 'xml') throw new XmlProblem('an instruction is not expected');
    const data = content.slice(target.length).trim();
    this.#parent.append(new TreeNode(nodeTypes.instruction, target, data));
  }

  /** Skipped but for the entities of plain text that it declares. */
  #documentType(): void {
    const piece = /"[^"]*"|'[^']*'|<!--[\s\S]*?-->|[[\]>]/g;
    piece.lastIndex = this.#at;
    let isInside = false;
    for (let match = piece.exec(this.#text); match !== null; match = piece.exec(this.#text)) {
      const [sign] = match;
      if (sign === '[') isInside = true;
      else if (sign === ']') isInside = false;
      else if (sign === '>' && !isInside) {
        this.#readEntities(this.#text.slice(this.#at, match.index));
        this.#at = piece.lastIndex;
        return;
      }
    }
    throw new XmlProblem('the document type is not closed');
  }

  #readEntities(text: string): void {
    for (const [, entityName = '', double, single] of text.matchAll(entity)) {
      if (this.#entities.size >= ENTITIES_MAX) return;
      // What lies outside is not fetched: it is empty.
      if (!this.#entities.has(entityName)) this.#entities.set(entityName, double ?? single ?? '');
    }
  }

  #close(): void {
    closing.lastIndex = this.#at;
    const match = closing.exec(this.#text);
    const open = this.#open.pop();
    if (match === null || open === undefined || open.nodeName !== match[1])
      throw new XmlProblem('a closing tag fits no open one');
    this.#at = closing.lastIndex;
  }

  #element(): void {
    name.lastIndex = this.#at + 1;
    const tag = name.exec(this.#text)?.[0];
    if (tag === undefined) throw new XmlProblem('a name is missing after <');
    if (this.#open.length === 0 && this.#root.documentElement !== null)
      throw new XmlProblem('there is a second element');
    if (this.#open.length >= DEPTH_MAX) throw new XmlProblem(`it is nested more than ${DEPTH_MAX} deep`);
    const element = new TreeNode(nodeTypes.element, tag, null);
    this.#parent.append(element);
    this.#at = name.lastIndex;
    this.#readAttributes(element);
    tagEnd.lastIndex = this.#at;
    const end = tagEnd.exec(this.#text);
    if (end === null) throw new XmlProblem(`the tag <${tag}> is not well-formed`);
    this.#at = tagEnd.lastIndex;
    if (end[1] === '') this.#open.push(element);
  }

  #readAttributes(element: TreeNode): void {
    const names = new Set<string>();
    for (;;) {
      attribute.lastIndex = this.#at;
      const match = attribute.exec(this.#text);
      if (match === null) return;
      const [, attributeName = '', double, single] = match;
      if (names.has(attributeName)) throw new XmlProblem(`the attribute ${attributeName} stands twice in a tag`);
      names.add(attributeName);
      this.#at = attribute.lastIndex;
      if (attributeName === 'xmlns' || attributeName.startsWith('xmlns:')) continue;
      element.setAttribute(attributeName, this.#filled(double ?? single ?? '').replace(/[\t\n]/g, ' '));
    }
  }

  /** The text with its references filled in. */
  #filled(text: string): string {
    if (!text.includes('&')) return text;
    return text.replace(/&([^&;]{0,100};?)/g, (_, reference: string) => this.#referred(reference));
  }

  #referred(reference: string): string {
    const digits = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));$/.exec(reference);
    if (digits !== null) {
      const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        throw new XmlProblem('a character is not valid');
      return String.fromCodePoint(code);
    }
    const entityName = reference.slice(0, -1);
    const text = Object.hasOwn(knownEntities, entityName) ? knownEntities[entityName] : this.#entities.get(entityName);
    if (!reference.endsWith(';') || text === undefined) throw new XmlProblem('a reference is not known');
    if (this.#entities.has(entityName) && /[<&]/.test(text)) throw new XmlProblem('an entity holds more than text');
    this.#filledIn += text.length;
    if (this.#filledIn > FILLED_IN_CHARACTERS_MAX) throw new XmlProblem('entities make the text too long');
    return text;
  }
}
