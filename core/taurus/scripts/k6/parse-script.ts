/** A k6 script as a syntax tree, JavaScript or TypeScript. */
import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser } from 'acorn';

/** A node of the tree: whatever it has beside its type is looked at before it is used. */
export interface Node {
  type: string;
  [key: string]: unknown;
}

const TypeScriptParser = Parser.extend(tsPlugin());
const DEPTH_MAX = 2_000;
const PAIRS: Readonly<Record<string, number>> = { '(': 1, '[': 1, '{': 1, ')': -1, ']': -1, '}': -1 };

/** The tree, or where it cannot be read and why. */
export function parseScript(path: string, text: string): { program: Node } | { line: number; message: string } {
  if (deepest(text) > DEPTH_MAX) return { line: 1, message: `is nested more than ${DEPTH_MAX} deep` };
  const isTypeScript = /\.ts$/i.test(path);
  const parser = isTypeScript ? TypeScriptParser : Parser;
  try {
    const program = parser.parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowHashBang: true,
      // Old scripts are no modules, and may.
      allowReturnOutsideFunction: true,
      locations: isTypeScript,
    });
    return { program: program as unknown as Node };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const place = 'loc' in error ? (error.loc as { line?: number } | undefined) : undefined;
    return { line: place?.line ?? 1, message: error.message.replace(/ \(\d+:\d+\)$/, '') };
  }
}

/** How deep brackets are nested, those in texts and comments too: a parser that calls itself must not be led too deep. */
function deepest(text: string): number {
  let depth = 0;
  let deepestYet = 0;
  for (const character of text) {
    depth = Math.max(0, depth + (PAIRS[character] ?? 0));
    deepestYet = Math.max(deepestYet, depth);
  }
  return deepestYet;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

export function nodesIn(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** All nodes of a tree, in no particular order. */
export function* allNodes(program: Node): Generator<Node> {
  const waiting: unknown[] = [program];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (Array.isArray(next)) for (const item of next) waiting.push(item);
    else if (isNode(next)) {
      yield next;
      for (const value of Object.values(next)) if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
}
