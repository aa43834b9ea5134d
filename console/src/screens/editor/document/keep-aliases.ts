/** Keeps what aliases (`*x`) stand for when an edit moves or takes away the node that they name (`&x`). */
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isSeq,
  type Node,
  type Pair,
  visit,
} from 'yaml';

/** What each alias of the document stands for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

/** The alias itself, where one is without an anchor before it. */
export function aliasTargets(document: Document.Parsed): AliasTargets | Alias {
  const targets = new Map<Alias, Node>();
  const anchored = new Map<string, Node>();
  let lost: Alias | undefined;
  visit(document, (_key, node) => {
    if (!isNode(node)) return undefined;
    if (!isAlias(node)) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
      return undefined;
    }
    const target = anchored.get(node.source);
    if (target !== undefined) targets.set(node, target);
    else lost = node;
    return lost && visit.BREAK;
  });
  return lost ?? targets;
}

/**
 * A node that stands behind one of its aliases now, or nowhere, takes the place of the first of them, and this alias the node's. False when no
 * text says what was meant: an alias of no anchor, or of a name that was given to something else in between.
 */
export function keepAliases(document: Document.Parsed, targets: AliasTargets): boolean {
  const byName = new Map([...targets].map(([alias, target]) => [alias.source, target]));
  const seen = new Set<Node>();
  const anchored = new Map<string, Node>();
  let isKept = true;
  visit(document, (_key, node, path) => {
    if (!isNode(node)) return undefined;
    if (!isAlias(node)) {
      seen.add(node);
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
      return undefined;
    }
    // Of a copy's aliases only the name is known.
    const target = targets.get(node) ?? anchored.get(node.source) ?? byName.get(node.source);
    if (target !== undefined && anchored.get(node.source) === target) return undefined;
    if (target === undefined || seen.has(target)) {
      isKept = false;
      return visit.BREAK;
    }
    replaceNode(document, target, node);
    if (isCollection(target) && target.flow !== true) unfold(path);
    return target;
  });
  return isKept;
}

function replaceNode(document: Document.Parsed, node: Node, by: Alias): void {
  visit(document, (_key, parent) => {
    if (isSeq(parent)) {
      const index = parent.items.indexOf(node);
      if (index >= 0) parent.items[index] = by;
    } else if (isMap(parent)) {
      const pair = (parent.items as Pair[]).find(({ value }) => value === node);
      if (pair !== undefined) pair.value = by;
    }
  });
}

/** What stands on lines of its own does so no longer within braces. */
function unfold(path: readonly unknown[]): void {
  for (const around of path) if (isCollection(around)) around.flow = false;
}
