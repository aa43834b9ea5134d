/** XPath 1.0 over trees. */
import { createRequire } from 'node:module';
import { nodeTypes, type TreeNode } from './tree-node.ts';

/** What is wrong with an expression. */
export class XpathProblem extends Error {}

/** A list of nodes, in the order of the document, or a value. */
export type XpathResult = TreeNode[] | string | number | boolean;

export type XpathQuery = (document: TreeNode) => XpathResult;

/** What is used of the library; its own types would bring those of browsers into the whole project. */
interface XpathLibrary {
  parse(text: string): { evaluate(options: { node: TreeNode }): XpathValue };
  XNodeSet: new () => { toArray(): TreeNode[] };
  XBoolean: new () => { booleanValue(): boolean };
  XNumber: new () => { numberValue(): number };
}

interface XpathValue {
  stringValue(): string;
}

const require = createRequire(import.meta.url);
/** Null: no expression has been compiled yet. */
let loaded: XpathLibrary | null = null;

const LENGTH_MAX = 5_000;

/** Throws `XpathProblem`; the query throws it too, when the document shows what is wrong. */
export function compileXpath(text: string): XpathQuery {
  if (text.trim() === '') throw new XpathProblem('the expression is empty');
  if (text.length > LENGTH_MAX) throw new XpathProblem(`an expression may have ${LENGTH_MAX} characters`);
  loaded ??= require('xpath') as XpathLibrary;
  const xpath = loaded;
  const expression = orProblem(() => xpath.parse(text));
  return (document) =>
    orProblem(() => {
      const value = expression.evaluate({ node: document });
      if (value instanceof xpath.XNodeSet) return value.toArray();
      if (value instanceof xpath.XBoolean) return value.booleanValue();
      return value instanceof xpath.XNumber ? value.numberValue() : value.stringValue();
    });
}

function orProblem<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new XpathProblem(error instanceof Error ? error.message : String(error));
  }
}

/** What an extractor takes of a node: of an element the text it begins with, null when it begins with none. */
export function valueOfNode(node: TreeNode): string | null {
  return node.nodeType === nodeTypes.element || node.nodeType === nodeTypes.document
    ? (node.firstChild?.nodeValue ?? null)
    : node.nodeValue;
}
