/** XML, strictly or as HTML that is put right, as trees for XPath. Entities that a document declares itself are not read. */
import { DOMParser, type Node as XmlNode } from '@xmldom/xmldom';
import { type AnyNode, isTag, isText } from 'domhandler';
import type { HtmlDocument } from './html-document.ts';
import { nodeTypes, numberNodes, TreeNode } from './tree-node.ts';

export class XmlProblem extends Error {}

const DEPTH_MAX = 500;

/** Throws `XmlProblem` for what is not well-formed. */
export function parseXml(text: string): TreeNode {
  const withoutMark = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (!withoutMark.trimStart().startsWith('<')) throw new XmlProblem('it does not begin as XML');
  if (/^\s+<\?xml\s/.test(withoutMark)) throw new XmlProblem('there is something before the XML declaration');
  return treeOf(parsed(withoutMark));
}

function parsed(text: string): XmlNode {
  try {
    const parser = new DOMParser({
      locator: false,
      onError: (_level: string, message: string) => {
        throw new XmlProblem(message);
      },
    });
    return parser.parseFromString(text, 'text/xml') as unknown as XmlNode;
  } catch (error) {
    throw new XmlProblem(error instanceof Error ? error.message : String(error));
  }
}

function treeOf(document: XmlNode): TreeNode {
  const root = new TreeNode(nodeTypes.document, '#document', null);
  addXml(document, root, 0);
  numberNodes(root);
  return root;
}

function addXml(from: XmlNode, to: TreeNode, depth: number): void {
  if (depth > DEPTH_MAX) throw new XmlProblem(`it is nested more than ${DEPTH_MAX} deep`);
  for (let child = from.firstChild; child !== null; child = child.nextSibling) {
    const { nodeType, nodeName, nodeValue } = child;
    if (nodeType === nodeTypes.element) {
      const element = new TreeNode(nodeTypes.element, nodeName, null);
      to.append(element);
      const attributes = (child as unknown as { attributes: ArrayLike<{ name: string; value: string }> }).attributes;
      for (const { name, value } of Array.from(attributes)) if (!isNamespace(name)) element.setAttribute(name, value);
      addXml(child, element, depth + 1);
    } else if (nodeType === nodeTypes.comment || nodeType === nodeTypes.instruction) {
      to.append(new TreeNode(nodeType, nodeName, nodeValue));
    } else if (nodeValue !== null && to.nodeType === nodeTypes.element) {
      addTextNode(to, nodeValue);
    }
  }
}

function isNamespace(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:');
}

/** Text and CDATA beside each other are one node. */
function addTextNode(to: TreeNode, value: string): void {
  to.append(new TreeNode(nodeTypes.text, '#text', value));
}

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
      if (to.nodeType === nodeTypes.element && hasText(node.data))
        to.append(new TreeNode(nodeTypes.text, '#text', node.data));
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

/** White space between tags is no text. */
function hasText(data: string): boolean {
  return /[^ \t\r\n\f]/.test(data);
}
