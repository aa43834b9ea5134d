/** What values are to each dialect: when they are equal, which is greater, what they are in a condition and as text. */
import { type Dialect, ExpressionProblem } from './tokens.ts';

export type Value = string | number | bigint | boolean | null | undefined;

/** JavaScript's own operators do on plain values what Rhino's do; JEXL and Groovy keep whole numbers (bigint) apart. */
export interface Semantics {
  isTrue(value: Value): boolean;
  equals(left: Value, right: Value): boolean;
  /** Below 0, 0, above 0, or NaN. */
  compare(left: Value, right: Value): number;
  add(left: Value, right: Value): Value;
  calculate(sign: string, left: Value, right: Value): Value;
  textOf(value: Value): string;
}

const javascript: Semantics = {
  isTrue: Boolean,
  // biome-ignore lint/suspicious/noDoubleEquals: it is what the scenario says.
  equals: (left, right) => left == right,
  compare(left, right) {
    if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
    return Number(left) < Number(right)
      ? -1
      : Number(left) > Number(right)
        ? 1
        : Number(left) === Number(right)
          ? 0
          : Number.NaN;
  },
  add(left, right) {
    if (typeof left === 'string' || typeof right === 'string') return `${left}${right}`;
    return Number(left) + Number(right);
  },
  calculate: (sign, left, right) => calculate(sign, Number(left), Number(right)),
  textOf: (value) => String(value),
};

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function order(left: string | number | bigint, right: string | number | bigint): number {
  return left < right ? -1 : left > right ? 1 : left <= right ? 0 : Number.NaN;
}

/** A number for JEXL: of a text too. */
function jexlNumber(value: Value): number | bigint {
  if (isNumber(value)) return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') {
    if (value === '') return 0n;
    if (/^[+-]?\d{1,18}$/.test(value)) return BigInt(value);
    if (value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  }
  throw new ExpressionProblem(`${describe(value)} is no number`);
}

const jexl: Semantics = {
  isTrue(value) {
    if (value === null || value === undefined) return false;
    if (typeof value === 'string') return value.toLowerCase() === 'true';
    return typeof value === 'boolean' ? value : Boolean(value);
  },
  equals(left, right) {
    if (left === null || right === null) return left === right;
    if (typeof left === 'boolean' || typeof right === 'boolean') return jexl.isTrue(left) === jexl.isTrue(right);
    return jexl.compare(left, right) === 0;
  },
  compare(left, right) {
    if (isNumber(left) || isNumber(right)) return order(jexlNumber(left), jexlNumber(right));
    if (typeof left === 'string' && typeof right === 'string') return order(left, right);
    throw new ExpressionProblem(`${describe(left)} and ${describe(right)} cannot be compared`);
  },
  add(left, right) {
    if (typeof left === 'string' || typeof right === 'string') return jexl.textOf(left) + jexl.textOf(right);
    return calculateMixed('+', jexlNumber(left), jexlNumber(right));
  },
  calculate: (sign, left, right) => calculateMixed(sign, jexlNumber(left), jexlNumber(right)),
  textOf: (value) => (value === null || value === undefined ? '' : javaText(value)),
};

const groovy: Semantics = {
  isTrue: (value) => Boolean(value),
  equals(left, right) {
    if (isNumber(left) && isNumber(right)) return order(left, right) === 0;
    return (left ?? null) === (right ?? null);
  },
  compare(left, right) {
    if (isNumber(left) && isNumber(right)) return order(left, right);
    if (typeof left === 'string' && typeof right === 'string') return order(left, right);
    if (left === null && right === null) return 0;
    if (left === null || right === null) return left === null ? -1 : 1;
    throw new ExpressionProblem(`${describe(left)} and ${describe(right)} cannot be compared`);
  },
  add(left, right) {
    if (typeof left === 'string' || typeof right === 'string') return groovy.textOf(left) + groovy.textOf(right);
    if (isNumber(left) && isNumber(right)) return decimal(calculateMixed('+', left, right));
    throw new ExpressionProblem(`${describe(left)} and ${describe(right)} cannot be added`);
  },
  calculate(sign, left, right) {
    if (!isNumber(left) || !isNumber(right)) {
      throw new ExpressionProblem(`${describe(isNumber(left) ? right : left)} is no number`);
    }
    if (sign !== '/') return decimal(calculateMixed(sign, left, right));
    if (Number(right) === 0) throw new ExpressionProblem('division by zero');
    if (typeof left === 'bigint' && typeof right === 'bigint' && left % right === 0n) return left / right;
    return Number((Number(left) / Number(right)).toFixed(10));
  },
  textOf: (value) => (value === null || value === undefined ? 'null' : String(value)),
};

export const semantics: Readonly<Record<Dialect, Semantics>> = { javascript, jexl, groovy };

/** Groovy counts in decimals: what binary fractions add at the end goes. */
function decimal(value: number | bigint): number | bigint {
  return typeof value === 'bigint' ? value : Number(value.toPrecision(15));
}

function calculateMixed(sign: string, left: number | bigint, right: number | bigint): number | bigint {
  if (typeof left === 'number' || typeof right === 'number') return calculate(sign, Number(left), Number(right));
  if ((sign === '/' || sign === '%') && right === 0n) throw new ExpressionProblem('division by zero');
  switch (sign) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return left % right;
  }
}

function calculate(sign: string, left: number, right: number): number {
  switch (sign) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return left % right;
  }
}

/** Java prints a double that is whole with `.0`. */
function javaText(value: string | number | bigint | boolean): string {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e7
    ? value.toFixed(1)
    : String(value);
}

export function describe(value: Value): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
