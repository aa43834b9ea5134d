/** HTML as a tree for XPath. */
import { type AnyNode, isTag, isText, type Text } from 'domhandler';
import type { HtmlDocument } from './html-document.ts';
import { nodeTypes, numberNodes, TreeNode } from './tree-node.ts';

/** HTML as JTidy hands it to XPath: no element that was not written, but html, head and body. */
export function htmlTree(document: HtmlDocument): TreeNode {
  const root = new TreeNode(nodeTypes.document, '#document', null);
  addHtml(document.children as AnyNode[], root);
  numberNodes(root);
  return root;
}

const alwaysThere = new Set(['html', 'head', 'body']);

function addHtml(nodes: readonly AnyNode[], to: TreeNode): void {
  for (const node of nodes) {
    if (isText(node)) {
      const text = to.nodeType === nodeTypes.element ? shownText(node, to.nodeName) : '';
      if (text !== '') to.append(new TreeNode(nodeTypes.text, '#text', text));
    } else if (isTag(node)) {
      const isWritten = node.sourceCodeLocation !== null && node.sourceCodeLocation !== undefined;
      if (!isWritten && !alwaysThere.has(node.name)) {
        addHtml(node.children as AnyNode[], to);
        continue;
      }
      const element = new TreeNode(nodeTypes.element, node.name, null);
      to.append(element);
      for (const [name, value] of Object.entries(node.attribs)) element.setAttribute(name, value);
      addHtml(node.children as AnyNode[], element);
    }
  }
}

const keepsSpace = new Set(['pre', 'script', 'style', 'textarea']);

/** White space counts once, and not at all at the beginning and the end of an element. */
function shownText(node: Text, parentName: string): string {
  if (keepsSpace.has(parentName)) return node.data;
  const once = node.data.replace(/[ \t\r\n\f]+/g, ' ');
  const begun = node.previousSibling === null && once.startsWith(' ') ? once.slice(1) : once;
  const text = node.nextSibling === null && begun.endsWith(' ') ? begun.slice(0, -1) : begun;
  return text === ' ' ? '' : text;
}
