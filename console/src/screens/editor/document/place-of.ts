/** Where in a document a path lies: errors name paths, people see lines. */
import { lineOf } from './editable-document.ts';

/** `execution[0].hold-for` as its keys and indexes; keys that are no words stand in quotes. */
export function partsOfPath(path: string): (string | number)[] {
  const parts: (string | number)[] = [];
  for (const match of path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)) {
    const [, index, quoted, word] = match;
    if (index !== undefined) parts.push(Number(index));
    else parts.push(quoted ?? word ?? '');
  }
  return parts;
}

/** The line, from 1, of the path, or of the nearest thing around it; of a syntax error the line that the path names. */
export function placeOf(text: string, path: string): number {
  const named = /:(\d+)(?::\d+)?$/.exec(path);
  return named === null ? lineOf(text, partsOfPath(path)) : Number(named[1]);
}
