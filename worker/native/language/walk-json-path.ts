/** Follows a compiled path into a document. */
import type { Filter, JsonPath, Operand, PathToken } from '../../../core/language/json-path.ts';
import { JsonDecimal, type JsonObject, type JsonValue, sameJson } from '../../../core/language/json-value.ts';

/** What a path leads to: all that it finds, in the order of the document. Null: a path to one place, and it is not there. */
export function walkJsonPath(path: JsonPath, document: JsonValue): JsonValue[] | null {
  const found: JsonValue[] = [];
  follow(path.tokens, 0, document, document, found);
  return path.isDefinite && found.length === 0 ? null : found;
}

function follow(tokens: readonly PathToken[], at: number, value: JsonValue, root: JsonValue, found: JsonValue[]): void {
  const token = tokens[at];
  if (token === undefined) {
    found.push(value);
    return;
  }
  const isLast = at === tokens.length - 1;
  switch (token.kind) {
    case 'deep':
      descend(tokens, at + 1, value, root, found);
      return;
    case 'names':
      if (value instanceof Map)
        followNames(token.names, isLast, value, (member) => follow(tokens, at + 1, member, root, found));
      return;
    case 'all':
      for (const child of childrenOf(value)) follow(tokens, at + 1, child, root, found);
      return;
    case 'filter':
      // A filter looks at the items of a list, or at an object itself.
      for (const item of Array.isArray(value) ? value : value instanceof Map ? [value] : []) {
        if (holds(token.filter, item, root)) follow(tokens, at + 1, item, root, found);
      }
      return;
    default:
      if (!Array.isArray(value)) return;
      for (const item of itemsOf(token, value)) follow(tokens, at + 1, item, root, found);
  }
}

/** Several names at the end make one object of the members that are there. */
function followNames(
  names: readonly string[],
  isLast: boolean,
  object: JsonObject,
  go: (member: JsonValue) => void,
): void {
  if (names.length === 1 || !isLast) {
    for (const name of names) if (object.has(name)) go(object.get(name) ?? null);
    return;
  }
  go(new Map(names.filter((name) => object.has(name)).map((name) => [name, object.get(name) ?? null])));
}

function itemsOf(token: PathToken & { kind: 'indexes' | 'slice' }, list: readonly JsonValue[]): JsonValue[] {
  if (token.kind === 'slice') return list.slice(token.from ?? 0, token.to ?? undefined);
  const items: JsonValue[] = [];
  for (const index of token.indexes) {
    const place = index < 0 ? list.length + index : index;
    if (place >= 0 && place < list.length) items.push(list[place] ?? null);
  }
  return items;
}

function childrenOf(value: JsonValue): Iterable<JsonValue> {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? value.values() : [];
}

/** Documents are parsed to a bounded depth only, so that this is bounded too. */
function descend(
  tokens: readonly PathToken[],
  at: number,
  value: JsonValue,
  root: JsonValue,
  found: JsonValue[],
): void {
  const token = tokens[at];
  const isIndexed = token?.kind === 'indexes' || token?.kind === 'slice';
  if (Array.isArray(value) && isIndexed && at < tokens.length - 1) {
    // What Jayway does with an index that is not the end of the path: it takes every item.
    for (const item of value) follow(tokens, at + 1, item, root, found);
  } else {
    follow(tokens, at, value, root, found);
  }
  for (const child of childrenOf(value)) {
    if (child instanceof Map || Array.isArray(child)) descend(tokens, at, child, root, found);
  }
}

function holds(filter: Filter, item: JsonValue, root: JsonValue): boolean {
  switch (filter.kind) {
    case 'and':
      return holds(filter.left, item, root) && holds(filter.right, item, root);
    case 'or':
      return holds(filter.left, item, root) || holds(filter.right, item, root);
    case 'not':
      return !holds(filter.filter, item, root);
    case 'exists':
      return operandValue(filter.operand, item, root) !== undefined;
    case 'compare':
      return compare(filter.sign, operandValue(filter.left, item, root), filter.right, item, root);
  }
}

function operandValue(operand: Operand, item: JsonValue, root: JsonValue): JsonValue | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'pattern':
      return undefined;
    case 'path': {
      const found = walkJsonPath(operand.path, operand.isRoot ? root : item);
      return operand.path.isDefinite ? found?.[0] : (found ?? undefined);
    }
  }
}

function compare(
  sign: string,
  left: JsonValue | undefined,
  rightSide: Operand,
  item: JsonValue,
  root: JsonValue,
): boolean {
  if (rightSide.kind === 'pattern') {
    return (
      sign === '=~' &&
      left !== undefined &&
      rightSide.pattern.test(typeof left === 'string' ? left : String(plain(left)))
    );
  }
  const right = operandValue(rightSide, item, root);
  switch (sign) {
    case '==':
      return equals(left, right);
    case '!=':
      return !equals(left, right);
    case 'in':
      return Array.isArray(right) && right.some((each) => equals(left, each));
    case 'nin':
      return Array.isArray(right) && !right.some((each) => equals(left, each));
    case 'contains':
      if (typeof left === 'string') return typeof right === 'string' && left.includes(right);
      return Array.isArray(left) && left.some((each) => equals(each, right));
    case 'size':
      return sizeOf(left) === Number(plain(right ?? null));
    case 'empty':
      return sizeOf(left) !== null && (sizeOf(left) === 0) === right;
    default:
      return ordered(sign, plain(left ?? null), plain(right ?? null));
  }
}

function sizeOf(value: JsonValue | undefined): number | null {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : null;
}

function plain(value: JsonValue): JsonValue {
  return value instanceof JsonDecimal ? value.value : value;
}

function isNumber(value: JsonValue | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A text that is a number equals the number. */
function equals(first: JsonValue | undefined, second: JsonValue | undefined): boolean {
  if (first === undefined || second === undefined) return first === second;
  const left = plain(first);
  const right = plain(second);
  if (isNumber(left) && typeof right === 'string') return right.trim() !== '' && Number(right) === Number(left);
  if (isNumber(right) && typeof left === 'string') return left.trim() !== '' && Number(left) === Number(right);
  if (isNumber(left) && isNumber(right)) return Number(left) === Number(right);
  return sameJson(left, right);
}

function ordered(sign: string, left: JsonValue, right: JsonValue): boolean {
  const isComparable = (isNumber(left) && isNumber(right)) || (typeof left === 'string' && typeof right === 'string');
  if (!isComparable) return false;
  switch (sign) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return false;
  }
}
