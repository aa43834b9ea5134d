/** Finds what pages embed, for all users of a flow: pages are mostly the same as the last time, so that what was found in them is remembered. */
import type { HttpSettings } from '../../../../../core/scenario/scenario.ts';
import { type DocumentKind, documentKinds } from '../response-grammar.ts';
import { findResources } from './find-resources.ts';

const REMEMBERED_MAX = 100;
const REMEMBERED_BYTES_MAX = 64 * 1024;
/** An address that depended on the charset. */
const encodedLetter = /%[89A-F]/i;

const finders = new WeakMap<HttpSettings, ResourceFinder>();

/** One for all that share the settings; null where no resources are wanted. */
export function finderFor(settings: HttpSettings): ResourceFinder | null {
  if (settings.resources === null) return null;
  let finder = finders.get(settings);
  if (finder === undefined) {
    finder = new ResourceFinder(settings.resources.pattern);
    finders.set(settings, finder);
  }
  return finder;
}

/** What came, and how to read it. */
export interface Document {
  url: string;
  kind: DocumentKind;
  contentEncoding: string;
  bytes: Buffer;
  text(): string;
}

interface Remembered {
  contentEncoding: string;
  bytes: Buffer;
  found: readonly URL[];
}

export class ResourceFinder {
  #pattern: RegExp | null;
  /** By the document's url and kind. */
  #remembered = new Map<string, Remembered>();

  /** `pattern`: what a whole url must match. */
  constructor(pattern: string | null) {
    this.#pattern = pattern === null || pattern === '' ? null : new RegExp(`^(?:${pattern})$`);
  }

  /** Absolute urls, each once, in the document's order. */
  find(document: Document): readonly URL[] {
    const { url, kind, contentEncoding, bytes } = document;
    const key = kind === documentKinds.html ? url : `${kind} ${url}`;
    const known = this.#remembered.get(key);
    if (known !== undefined && known.contentEncoding === contentEncoding && known.bytes.equals(bytes)) {
      return known.found;
    }
    const found = this.#look(document.text(), kind, url);
    if (bytes.length > REMEMBERED_BYTES_MAX || found.some(({ href }) => encodedLetter.test(href))) return found;
    this.#remembered.delete(key);
    if (this.#remembered.size >= REMEMBERED_MAX) {
      const oldest = this.#remembered.keys().next();
      if (oldest.done !== true) this.#remembered.delete(oldest.value);
    }
    this.#remembered.set(key, { contentEncoding, bytes: Buffer.from(bytes), found });
    return found;
  }

  #look(text: string, kind: DocumentKind, documentUrl: string): readonly URL[] {
    const found = findResources(text, kind, documentUrl);
    return this.#pattern === null ? found : found.filter(({ href }) => this.#pattern?.test(href) === true);
  }
}
