/** Finds what pages embed, for all users of a flow: pages are mostly the same, so that what was found in them is remembered. */
import type { HttpSettings } from '../../../../../core/scenario/scenario.ts';
import type { DocumentKind } from '../response-grammar.ts';
import { findResources } from './find-resources.ts';

const REMEMBERED_MAX = 100;
const REMEMBERED_CHARACTERS_MAX = 64 * 1024;

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

export class ResourceFinder {
  #pattern: RegExp | null;
  #remembered = new Map<string, readonly URL[]>();

  /** `pattern`: what a whole url must match. */
  constructor(pattern: string | null) {
    this.#pattern = pattern === null || pattern === '' ? null : new RegExp(`^(?:${pattern})$`);
  }

  /** Absolute urls, each once, in the document's order. */
  find(text: string, kind: DocumentKind, documentUrl: string): readonly URL[] {
    if (text.length === 0) return [];
    if (text.length > REMEMBERED_CHARACTERS_MAX) return this.#look(text, kind, documentUrl);
    const key = `${documentUrl}\n${kind}${text}`;
    let found = this.#remembered.get(key);
    if (found === undefined) {
      found = this.#look(text, kind, documentUrl);
      if (this.#remembered.size >= REMEMBERED_MAX) {
        for (const oldest of this.#remembered.keys()) {
          this.#remembered.delete(oldest);
          break;
        }
      }
      this.#remembered.set(key, found);
    }
    return found;
  }

  #look(text: string, kind: DocumentKind, documentUrl: string): readonly URL[] {
    const found = findResources(text, kind, documentUrl);
    return this.#pattern === null ? found : found.filter(({ href }) => this.#pattern?.test(href) === true);
  }
}
