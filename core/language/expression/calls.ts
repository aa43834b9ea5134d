/** Functions and methods that expressions may call. */
import { type Dialect, ExpressionProblem } from './tokens.ts';
import type { Value } from './values.ts';

type Method = (text: string, ...given: Value[]) => Value;
/** A whole number, as the dialect counts. */
type Whole = (value: number) => Value;

const TEXT_LENGTH_MAX = 1_000_000;

const textOf = (value: Value): string => String(value);
const numberOf = (value: Value): number | undefined => (value === undefined ? undefined : Number(value));

/** Methods of texts in all dialects. */
function commonMethods(whole: Whole): Record<string, Method> {
  return {
    indexOf: (text, part, from) => whole(text.indexOf(textOf(part), numberOf(from))),
    lastIndexOf: (text, part) => whole(text.lastIndexOf(textOf(part))),
    charAt: (text, at) => text.charAt(Number(at)),
    substring: (text, from, to) => text.substring(Number(from), numberOf(to)),
    startsWith: (text, part) => text.startsWith(textOf(part)),
    endsWith: (text, part) => text.endsWith(textOf(part)),
    toUpperCase: (text) => text.toUpperCase(),
    toLowerCase: (text) => text.toLowerCase(),
    trim: (text) => text.trim(),
    concat: (text, other) => text + textOf(other),
    toString: (text: string) => text,
    equals: (text, other) => text === other,
    equalsIgnoreCase: (text, other) => typeof other === 'string' && text.toLowerCase() === other.toLowerCase(),
  };
}

const javascriptMethods: Record<string, Method> = {
  ...commonMethods(Number),
  includes: (text, part) => text.includes(textOf(part)),
  slice: (text, from, to) => text.slice(Number(from), numberOf(to)),
  substr: (text, from, count) => {
    const start = Number(from) < 0 ? Math.max(0, text.length + Number(from)) : Number(from);
    return text.slice(start, count === undefined ? undefined : start + Number(count));
  },
  charCodeAt: (text, at) => text.charCodeAt(Number(at)),
  replace: (text, old, fresh) => text.replace(textOf(old), () => textOf(fresh)),
  repeat: (text, count) => repeated(text, Number(count)),
};

const javaMethods: Record<string, Method> = {
  ...commonMethods(BigInt),
  length: (text) => BigInt(text.length),
  contains: (text, part) => text.includes(textOf(part)),
  isEmpty: (text) => text === '',
  isBlank: (text) => text.trim() === '',
  strip: (text) => text.trim(),
  replace: (text, old, fresh) => text.replaceAll(textOf(old), () => textOf(fresh)),
  compareTo: (text, other) => (text < textOf(other) ? -1n : text > textOf(other) ? 1n : 0n),
  repeat: (text, count) => repeated(text, Number(count)),
};

const groovyMethods: Record<string, Method> = {
  ...javaMethods,
  size: (text) => BigInt(text.length),
  toInteger: integer,
  toLong: integer,
  toDouble: decimal,
  toFloat: decimal,
  toBigDecimal: decimal,
  toBoolean: (text) => /^(?:true|y|1)$/i.test(text.trim()),
  isNumber: (text) => /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(text),
  isInteger: (text) => /^\s*[+-]?\d+\s*$/.test(text),
};

const methods: Record<Dialect, Record<string, Method>> = {
  javascript: javascriptMethods,
  jexl: javaMethods,
  groovy: groovyMethods,
};

/** As Rhino has it, which JMeter uses: without a base, a leading zero before another digit means octal. */
function parseInteger(text: string, base: number | undefined): number {
  const [, sign, digits] = (base ? null : /^\s*([+-]?)0(\d+)/.exec(text)) ?? [];
  if (digits === undefined) return Number.parseInt(text, base);
  return Number.parseInt(digits, 8) * (sign === '-' ? -1 : 1);
}

/** Functions by their written name. */
const javascriptFunctions: Record<string, (...given: Value[]) => Value> = {
  parseInt: (text, base) => parseInteger(textOf(text), numberOf(base)),
  parseFloat: (text) => Number.parseFloat(textOf(text)),
  Number: (value) => Number(value),
  String: (value) => String(value),
  Boolean: (value) => Boolean(value),
  isNaN: (value) => Number.isNaN(Number(value)),
  'Math.floor': (value) => Math.floor(Number(value)),
  'Math.ceil': (value) => Math.ceil(Number(value)),
  'Math.round': (value) => Math.round(Number(value)),
  'Math.abs': (value) => Math.abs(Number(value)),
  'Math.max': (...values) => Math.max(...values.map(Number)),
  'Math.min': (...values) => Math.min(...values.map(Number)),
  'Math.random': () => Math.random(),
  'Date.now': () => Date.now(),
};

const jexlFunctions: Record<string, (...given: Value[]) => Value> = {
  empty: (value) => value === null || value === undefined || value === '',
  size: (value) => BigInt(textOf(value ?? '').length),
};

const groovyFunctions: Record<string, (...given: Value[]) => Value> = {
  'Integer.parseInt': (text) => integer(textOf(text)),
  'Integer.valueOf': (text) => integer(textOf(text)),
  'Long.parseLong': (text) => integer(textOf(text)),
  'Long.valueOf': (text) => integer(textOf(text)),
  'Double.parseDouble': (text) => decimal(textOf(text)),
  'Double.valueOf': (text) => decimal(textOf(text)),
  'Float.parseFloat': (text) => decimal(textOf(text)),
  'Boolean.parseBoolean': (text) => textOf(text).toLowerCase() === 'true',
  'Boolean.valueOf': (text) => textOf(text).toLowerCase() === 'true',
  'String.valueOf': textOf,
  'Math.abs': (value) => (Number(value) < 0 ? -(value as number) : value),
  'Math.max': (left, right) => (Number(left) >= Number(right) ? left : right),
  'Math.min': (left, right) => (Number(left) <= Number(right) ? left : right),
  'Math.random': () => Math.random(),
  'System.currentTimeMillis': () => BigInt(Date.now()),
  'UUID.randomUUID': () => crypto.randomUUID(),
};

/** Whether an expression may have another value the next time. */
export function asksChance(text: string): boolean {
  return /\b(?:Math\.random|Date\.now)\b/.test(text);
}

export const functionsOf: Record<Dialect, Record<string, (...given: Value[]) => Value>> = {
  javascript: javascriptFunctions,
  jexl: jexlFunctions,
  groovy: groovyFunctions,
};

/** Names of the methods of texts. */
export function methodNames(dialect: Dialect): string[] {
  const names = Object.keys(methods[dialect]);
  return dialect === 'javascript' ? names : [...names, 'matches'];
}

/** The method of that name, or a problem that names others. */
export function methodOf(dialect: Dialect, name: string): Method {
  const known = methods[dialect];
  if (Object.hasOwn(known, name)) return known[name]!;
  throw new ExpressionProblem(`there is no method ${name}; there are ${methodNames(dialect).join(', ')}`);
}

export function castTo(type: string, value: Value): Value {
  switch (type) {
    case 'int':
    case 'Integer':
    case 'long':
    case 'Long':
      return typeof value === 'number' ? BigInt(Math.trunc(value)) : integer(textOf(value));
    case 'double':
    case 'Double':
    case 'float':
    case 'Float':
    case 'BigDecimal':
      return Number(value);
    case 'String':
      return textOf(value);
    case 'boolean':
    case 'Boolean':
      return Boolean(value);
    default:
      throw new ExpressionProblem(`as ${type} is not supported`);
  }
}

function integer(text: string): bigint {
  if (!/^[+-]?\d{1,19}$/.test(text.trim())) throw new ExpressionProblem(`${JSON.stringify(text)} is no whole number`);
  return BigInt(text.trim());
}

function decimal(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new ExpressionProblem(`${JSON.stringify(text)} is no number`);
  return value;
}

function repeated(text: string, count: number): string {
  if (!(count >= 0) || text.length * count > TEXT_LENGTH_MAX)
    throw new ExpressionProblem('a text may not be repeated so often');
  return text.repeat(count);
}
