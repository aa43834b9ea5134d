/**
 * What reads HTML as a tree. Few flows need it, and it takes a thread 60 ms and some megabytes to load: so that is done when the first of them is compiled,
 * which is before its load.
 */
import { createRequire } from 'node:module';

type Html = typeof import('./html-reading.ts');

let loaded: Html | null = null;

export function html(): Html {
  loaded ??= createRequire(import.meta.url)('./html-reading.ts') as Html;
  return loaded;
}
