/** Finds what pages embed, for all users of a flow: pages are mostly the same as the last time, so that what was found in them is remembered. */
import { createRequire } from 'node:module';
import { PatternProblem } from '../../../../../core/language/perl-pattern.ts';
import type { HttpSettings } from '../../../../../core/scenario/scenario.ts';
import { type BoundedPattern, boundedPattern } from '../../../language/bounded-pattern.ts';
import { type DocumentKind, documentKinds } from '../response-grammar.ts';

const REMEMBERED_MAX = 100;
const REMEMBERED_BYTES_MAX = 64 * 1024;
/** An address that depended on the charset. */
const encodedLetter = /%[89A-F]/i;

/** Loaded when the first flow that wants resources is compiled, without what else reads HTML: that would take a task three times as long. */
let reading: typeof import('./find-resources.ts') | null = null;

function findResources(): typeof import('./find-resources.ts')['findResources'] {
  reading ??= createRequire(import.meta.url)('./find-resources.ts') as typeof import('./find-resources.ts');
  return reading.findResources;
}

const finders = new WeakMap<HttpSettings, ResourceFinder>();

/** One for all that share the settings; null where no resources are wanted. */
export function finderFor(settings: HttpSettings): ResourceFinder | null {
  if (settings.resources === null) return null;
  let finder = finders.get(settings);
  if (finder === undefined) {
    finder = new ResourceFinder();
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
  #findResources = findResources();
  /** By the document's url and kind. */
  #remembered = new Map<string, Remembered>();
  /** Null: no pattern, so that everything is taken. */
  #patterns = new Map<string, BoundedPattern | null>();

  /** Absolute urls, each once, in the document's order. `pattern`: what a whole url must match; empty: all do. */
  find(document: Document, pattern: string): readonly URL[] {
    const found = this.#findAll(document);
    const wanted = pattern === '' || found.length === 0 ? null : this.#compiled(pattern);
    return wanted === null ? found : found.filter(({ href }) => wanted.isWhole(href));
  }

  #findAll(document: Document): readonly URL[] {
    const { url, kind, contentEncoding, bytes } = document;
    const key = kind === documentKinds.html ? url : `${kind} ${url}`;
    const known = this.#remembered.get(key);
    if (known !== undefined && known.contentEncoding === contentEncoding && known.bytes.equals(bytes)) {
      return known.found;
    }
    const found = this.#findResources(document.text(), kind, url);
    if (bytes.length > REMEMBERED_BYTES_MAX || found.some(({ href }) => encodedLetter.test(href))) return found;
    this.#remembered.delete(key);
    if (this.#remembered.size >= REMEMBERED_MAX) {
      const oldest = this.#remembered.keys().next();
      if (oldest.done !== true) this.#remembered.delete(oldest.value);
    }
    this.#remembered.set(key, { contentEncoding, bytes: Buffer.from(bytes), found });
    return found;
  }

  #compiled(text: string): BoundedPattern | null {
    let pattern = this.#patterns.get(text);
    if (pattern === undefined) {
      pattern = compile(text);
      if (this.#patterns.size >= REMEMBERED_MAX) this.#patterns.clear();
      this.#patterns.set(text, pattern);
    }
    return pattern;
  }
}

/** Reading has checked those that do not change; JMeter takes no notice of one that is none. */
function compile(text: string): BoundedPattern | null {
  try {
    return boundedPattern(text);
  } catch (error) {
    if (error instanceof PatternProblem) return null;
    throw error;
  }
}
