/** Finds paths that the docs name and that do not exist: in links, and in code spans that look like a path of the project. */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectFiles } from './project-files.ts';

const link = /\]\(([^)\s#]+)(?:#[^)]*)?\)/g;
/** A code span that begins with a folder of the project and has a slash: `core/run/`, `worker/engine.ts`. */
const codeSpan =
  /`((?:core|worker|server|cli|practice-target|console|deploy|examples|docs|scripts|tools|bench)\/[^`\s]*)`/g;

/** A line for each reference to something that is not there. `read` gives a file's text by its path below `root`. */
export function brokenDocReferences(root: string, read: (path: string) => string): string[] {
  const broken: string[] = [];
  for (const path of projectFiles(root).filter((name) => name.endsWith('.md'))) {
    const text = read(path);
    for (const [, target] of text.matchAll(link)) {
      if (target === undefined || /^[a-z]+:/.test(target)) continue;
      if (!existsSync(join(root, normalize(join(dirname(path), target))))) {
        broken.push(`${path} links to ${target}, which is not there`);
      }
    }
    for (const [, target] of text.matchAll(codeSpan)) {
      if (target === undefined || /[*<>{}]/.test(target)) continue;
      if (!existsSync(join(root, target))) broken.push(`${path} names ${target}, which is not there`);
    }
  }
  return broken;
}
