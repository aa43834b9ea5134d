/** Where in a document a path lies: errors name paths, people see lines. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

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
  if (named !== null) return Number(named[1]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  let offset = 0;
  let node: unknown = document.contents;
  for (const part of partsOfPath(path)) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      // A list of one may be written without its dash: the path has an index that the text has not.
      if (pair === undefined && typeof part === 'number') continue;
      if (pair === undefined) break;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      const item = node.items[part];
      if (item === undefined) break;
      offset = (item as { range?: [number, number, number] }).range?.[0] ?? offset;
      node = item;
    }
  }
  return lines.linePos(offset).line || 1;
}
