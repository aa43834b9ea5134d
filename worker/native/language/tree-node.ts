/** A node of XML or HTML for XPath: just what the library reads of a DOM, without namespaces, as JMeter parses by default. */

export const nodeTypes = { element: 1, attribute: 2, text: 3, document: 9, comment: 8, instruction: 7 } as const;

export class TreeNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly localName: string | null;
  readonly namespaceURI = null;
  readonly prefix: string | null;
  readonly nodeValue: string | null;
  readonly childNodes: TreeNode[] = [];
  readonly attributes: AttributeList | null;
  ownerDocument: TreeNode | null = null;
  ownerElement: TreeNode | null = null;
  parentNode: TreeNode | null = null;
  firstChild: TreeNode | null = null;
  lastChild: TreeNode | null = null;
  nextSibling: TreeNode | null = null;
  previousSibling: TreeNode | null = null;
  /** Place in the document. */
  order = 0;

  constructor(nodeType: number, nodeName: string, nodeValue: string | null) {
    this.nodeType = nodeType;
    this.nodeName = nodeName;
    this.nodeValue = nodeValue;
    const colon = nodeName.indexOf(':');
    const isNamed = nodeType === nodeTypes.element || nodeType === nodeTypes.attribute;
    this.localName = isNamed ? nodeName.slice(colon + 1) : null;
    this.prefix = isNamed && colon > 0 ? nodeName.slice(0, colon) : null;
    this.attributes = nodeType === nodeTypes.element ? new AttributeList() : null;
  }

  get data(): string | null {
    return this.nodeValue;
  }

  get value(): string | null {
    return this.nodeValue;
  }

  get documentElement(): TreeNode | null {
    return this.childNodes.find(({ nodeType }) => nodeType === nodeTypes.element) ?? null;
  }

  append(child: TreeNode): void {
    child.parentNode = this;
    child.ownerDocument = this.ownerDocument ?? this;
    child.previousSibling = this.lastChild;
    if (this.lastChild === null) this.firstChild = child;
    else this.lastChild.nextSibling = child;
    this.lastChild = child;
    this.childNodes.push(child);
  }

  setAttribute(name: string, value: string): void {
    const attribute = new TreeNode(nodeTypes.attribute, name, value);
    attribute.ownerElement = this;
    attribute.ownerDocument = this.ownerDocument;
    this.attributes?.push(attribute);
  }

  /** Only before (2) and after (4) are told apart. */
  compareDocumentPosition(other: TreeNode): number {
    if (other === this) return 0;
    return other.order < this.order ? 2 : 4;
  }
}

class AttributeList extends Array<TreeNode> {
  item(index: number): TreeNode | null {
    return this[index] ?? null;
  }

  getNamedItem(name: string): TreeNode | null {
    return this.find(({ nodeName }) => nodeName === name) ?? null;
  }
}

/** Numbers all nodes in the order of the document. */
export function numberNodes(document: TreeNode): void {
  let order = 0;
  let node: TreeNode | null = document;
  while (node !== null) {
    node.order = order++;
    for (const attribute of node.attributes ?? []) attribute.order = order++;
    if (node.firstChild !== null) {
      node = node.firstChild;
      continue;
    }
    while (node !== null && node.nextSibling === null) node = node.parentNode;
    node = node?.nextSibling ?? null;
  }
}
