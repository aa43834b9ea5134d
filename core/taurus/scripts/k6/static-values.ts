/** Values of a k6 script that are known without running it: literals, what is made of them, and the environment. */
import { isNode, type Node, nodesIn } from './parse-script.ts';

export const UNKNOWN: unique symbol = Symbol('known only while it runs');

export type StaticValue =
  | typeof UNKNOWN
  | undefined
  | null
  | boolean
  | number
  | string
  | StaticValue[]
  | { [key: string]: StaticValue };

const DEPTH_MAX = 100;

export class StaticValues {
  /** What the top of the script declares and never changes, by name. */
  readonly #constants = new Map<string, Node>();
  readonly #env: Readonly<Record<string, string>>;
  #depth = 0;

  constructor(program: Node, env: Readonly<Record<string, string>>) {
    this.#env = env;
    for (const statement of nodesIn(program.body)) {
      const declaration = isNode(statement.declaration) ? statement.declaration : statement;
      for (const { id, init } of nodesIn(declaration.declarations)) {
        if (isNode(id) && id.type === 'Identifier' && isNode(init)) this.#constants.set(String(id.name), init);
      }
    }
  }

  /** A constant of the script by its name; undefined when there is none. */
  constant(name: string): StaticValue {
    const init = this.#constants.get(name);
    return init === undefined ? undefined : this.of(init);
  }

  of(node: unknown): StaticValue {
    if (!isNode(node) || this.#depth >= DEPTH_MAX) return UNKNOWN;
    this.#depth++;
    try {
      return this.#of(node);
    } finally {
      this.#depth--;
    }
  }

  #of(node: Node): StaticValue {
    switch (node.type) {
      case 'Literal':
        return isPlain(node.value) ? node.value : UNKNOWN;
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'ParenthesizedExpression':
        return this.of(node.expression);
      case 'Identifier':
        return node.name === 'undefined'
          ? undefined
          : this.#constants.has(String(node.name))
            ? this.constant(String(node.name))
            : UNKNOWN;
      case 'ObjectExpression':
        return this.#object(node);
      case 'ArrayExpression':
        return nodesIn(node.elements).some(({ type }) => type === 'SpreadElement')
          ? UNKNOWN
          : nodesIn(node.elements).map((item) => this.of(item));
      case 'TemplateLiteral':
        return this.#template(node);
      case 'UnaryExpression':
        return this.#unary(node);
      case 'BinaryExpression':
        return binary(String(node.operator), this.of(node.left), this.of(node.right));
      case 'LogicalExpression':
        return this.#logical(node);
      case 'ConditionalExpression': {
        const test = this.of(node.test);
        return test === UNKNOWN ? UNKNOWN : this.of(test ? node.consequent : node.alternate);
      }
      case 'MemberExpression':
        return this.#member(node);
      case 'CallExpression':
        return this.#call(node);
      default:
        return UNKNOWN;
    }
  }

  #object(node: Node): StaticValue {
    const entries: [string, StaticValue][] = [];
    for (const property of nodesIn(node.properties)) {
      if (property.type !== 'Property') return UNKNOWN;
      const { key, value, computed } = property;
      const name = computed === true ? this.of(key) : isNode(key) ? (key.name ?? key.value) : UNKNOWN;
      if (typeof name !== 'string' && typeof name !== 'number') return UNKNOWN;
      entries.push([String(name), this.of(value)]);
    }
    return Object.fromEntries(entries);
  }

  #template({ quasis, expressions }: Node): StaticValue {
    const texts = nodesIn(quasis).map(({ value }) => (value as { cooked?: string }).cooked ?? '');
    const values = nodesIn(expressions).map((expression) => this.of(expression));
    if (values.some((value) => value === UNKNOWN || (typeof value === 'object' && value !== null))) return UNKNOWN;
    return texts.map((text, i) => text + (i < values.length ? String(values[i]) : '')).join('');
  }

  #unary({ operator, argument }: Node): StaticValue {
    const value = this.of(argument);
    if (value === UNKNOWN) return UNKNOWN;
    if (operator === '-') return -Number(value);
    if (operator === '+') return Number(value);
    return operator === '!' ? !value : UNKNOWN;
  }

  #logical({ operator, left, right }: Node): StaticValue {
    const value = this.of(left);
    if (value === UNKNOWN) return UNKNOWN;
    const isTaken =
      operator === '||' ? Boolean(value) : operator === '&&' ? !value : value !== null && value !== undefined;
    return isTaken ? value : this.of(right);
  }

  #member({ object, property, computed }: Node): StaticValue {
    const name = computed === true ? this.of(property) : isNode(property) ? property.name : UNKNOWN;
    if (typeof name !== 'string') return UNKNOWN;
    if (isNode(object) && object.type === 'Identifier' && object.name === '__ENV') {
      return Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
    }
    const value = this.of(object);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return UNKNOWN;
    return Object.hasOwn(value, name) ? value[name] : undefined;
  }

  /** The functions that make numbers of the environment's texts. */
  #call({ callee, arguments: written }: Node): StaticValue {
    const [first] = nodesIn(written).map((argument) => this.of(argument));
    if (!isNode(callee) || callee.type !== 'Identifier' || first === UNKNOWN) return UNKNOWN;
    if (callee.name === 'Number') return Number(first);
    if (callee.name === 'parseInt') return Number.parseInt(String(first), 10);
    if (callee.name === 'parseFloat') return Number.parseFloat(String(first));
    return callee.name === 'String' ? String(first) : UNKNOWN;
  }
}

function isPlain(value: unknown): value is null | boolean | number | string {
  return value === null || ['boolean', 'number', 'string'].includes(typeof value);
}

function binary(operator: string, left: StaticValue, right: StaticValue): StaticValue {
  if (operator === '===' && left !== UNKNOWN && right !== UNKNOWN) return left === right;
  if (operator === '!==' && left !== UNKNOWN && right !== UNKNOWN) return left !== right;
  if (!isPlain(left) || !isPlain(right)) return UNKNOWN;
  const isText = typeof left === 'string' || typeof right === 'string';
  switch (operator) {
    case '+':
      return isText ? String(left) + String(right) : Number(left) + Number(right);
    case '-':
      return Number(left) - Number(right);
    case '*':
      return Number(left) * Number(right);
    case '/':
      return Number(left) / Number(right);
    default:
      return UNKNOWN;
  }
}
