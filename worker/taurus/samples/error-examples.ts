/**
 * Reads examples of failures out of JMeter's `error.jtl` (XML): of each label and kind of error the first. The numbers of errors do not come
 * from there.
 */
import { limits } from '../../../core/limits.ts';
import { errorKey } from '../../../core/statistics/statistics.ts';
import { jtlFailure } from './failure-kinds.ts';

/** Of a sample's element no more is looked at. */
const ELEMENT_BYTES_MAX = 64 * 1_024;
/** Of the whole file: whoever fails that often has shown why. */
const FILE_BYTES_MAX = 64 * 1_024 * 1_024;
const BODY_LENGTH_MAX = limits.errorExampleBytesMax;

const OPENING = /<(httpSample|sample)\b/g;
const TAG = /<(\/?)(?:httpSample|sample)\b[^>]*?(\/?)>/g;

export class ErrorExamples {
  readonly #examples = new Map<string, string>();
  #bytesLeft = FILE_BYTES_MAX;

  /** Nothing more is wanted of the file. */
  get isDone(): boolean {
    return this.#bytesLeft <= 0 || this.#examples.size >= limits.errorTypesMax * 5;
  }

  /** An example of a label's error; null: none was found yet. */
  exampleOf(label: string, key: string): string | null {
    return this.#examples.get(`${label}\n${key}`) ?? null;
  }

  /** Takes whole elements from the beginning of `bytes`; how many bytes these were. */
  take(bytes: Buffer, length: number): number {
    const text = bytes.toString('latin1', 0, length);
    let taken = 0;
    for (;;) {
      OPENING.lastIndex = taken;
      const opening = OPENING.exec(text);
      // What is not the beginning of an element is passed over, but for one that may be cut here.
      if (opening === null) return this.#used(Math.max(taken, length - '<httpSample '.length));
      const end = endOfElement(text, opening.index);
      if (end < 0) {
        // An element that is too long is left alone: its closing tag is passed over as text between elements.
        const isLong = length - opening.index > ELEMENT_BYTES_MAX;
        if (isLong) this.#takeElement(bytes, opening.index, opening.index + ELEMENT_BYTES_MAX);
        return this.#used(isLong ? length : opening.index);
      }
      this.#takeElement(bytes, opening.index, Math.min(end, opening.index + ELEMENT_BYTES_MAX));
      taken = end;
    }
  }

  #used(count: number): number {
    const used = Math.max(0, count);
    this.#bytesLeft -= used;
    return used;
  }

  #takeElement(bytes: Buffer, start: number, end: number): void {
    const element = bytes.toString('utf8', start, end);
    const head = element.slice(0, element.indexOf('>') + 1);
    const code = attribute(head, 'rc');
    const { message, type } = jtlFailure(code, attribute(head, 'rm'), failureMessage(element));
    const key = `${attribute(head, 'lb')}\n${errorKey(type, message)}`;
    if (this.#examples.has(key)) return;
    this.#examples.set(key, describe(element, `${code} ${attribute(head, 'rm')}`.trim()));
  }
}

/** Offset behind the element that begins at `start`, whose inner elements may be samples too; -1: its end is not there. */
function endOfElement(text: string, start: number): number {
  TAG.lastIndex = start;
  let depth = 0;
  for (let tag = TAG.exec(text); tag !== null; tag = TAG.exec(text)) {
    if (tag[1] === '/') depth--;
    else if (tag[2] !== '/') depth++;
    if (depth <= 0) return tag.index + tag[0].length;
  }
  return -1;
}

/** What failed, the address, the response's headers and the beginning of its body. */
function describe(element: string, title: string): string {
  const request = [content(element, 'method'), content(element, 'java.net.URL')]
    .filter((part) => part !== '')
    .join(' ');
  const head = content(element, 'responseHeader').trim();
  const body = content(element, 'responseData').slice(0, BODY_LENGTH_MAX);
  return [request || title, head || title, failureMessage(element), body].filter((part) => part !== '').join('\n');
}

/** Of the first assertion that failed. */
function failureMessage(element: string): string {
  for (const [, result = ''] of element.matchAll(/<assertionResult>([\s\S]*?)<\/assertionResult>/g)) {
    if (/<(?:failure|error)>true</.test(result)) return content(result, 'failureMessage');
  }
  return '';
}

/** Text of the first element of that name. */
function content(element: string, name: string): string {
  const open = element.indexOf(`<${name}`);
  if (open < 0) return '';
  const start = element.indexOf('>', open) + 1;
  if (start === 0 || element[start - 2] === '/') return '';
  const end = element.indexOf(`</${name}>`, start);
  return unescaped(element.slice(start, end < 0 ? undefined : end));
}

function attribute(head: string, name: string): string {
  const at = head.indexOf(` ${name}="`);
  if (at < 0) return '';
  const start = at + name.length + 3;
  return unescaped(head.slice(start, head.indexOf('"', start)));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
