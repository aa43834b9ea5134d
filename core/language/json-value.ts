/** Values of JSON as Java's readers keep them: whole numbers of any size, and decimals, which stay decimals when they are whole. */

/** Numbers with a point that are written with more characters are a `BigDecimal` to json-smart. */
const BIG_DECIMAL_FROM = 18;

/** A number that was written with a point or an exponent. */
export class JsonDecimal {
  readonly value: number;
  /** As Java prints it. */
  readonly text: string;

  constructor(written: string) {
    this.value = Number(written);
    this.text = written.length > BIG_DECIMAL_FROM ? bigDecimalText(written) : javaDouble(this.value);
  }
}

export type JsonObject = Map<string, JsonValue>;
/** Whole numbers are numbers when they are safe, else bigint. */
export type JsonValue = null | boolean | string | number | bigint | JsonDecimal | JsonValue[] | JsonObject;

/** As `BigDecimal.toString` prints it: no digit is lost; with an exponent where there is a positive one, or more than six zeros begin it. */
function bigDecimalText(written: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(written) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  const scale = fraction.length - Number(exponent);
  const adjusted = digits.length - 1 - scale;
  const minus = /[1-9]/.test(digits) ? sign : '';
  if (scale >= 0 && adjusted >= -6) {
    const padded = digits.padStart(scale + 1, '0');
    const point = padded.length - scale;
    return `${minus}${padded.slice(0, point)}${scale === 0 ? '' : `.${padded.slice(point)}`}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${minus}${mantissa}E${adjusted > 0 ? '+' : ''}${adjusted}`;
}

export function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? value.toFixed(1) : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
}

const mustEscape = /["\\/\p{Cc}\u2000-\u20ff]/gu;
const escapes: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The value as JSON, in the words of json-smart, which JMeter uses. */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'null';
  if (value instanceof JsonDecimal) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (value instanceof Map) return objectText(value.entries());
  return String(value);
}

function objectText(entries: Iterable<[string, JsonValue]>): string {
  return `{${Array.from(entries, ([name, member]) => `${quoted(name)}:${jsonText(member)}`).join(',')}}`;
}

function quoted(text: string): string {
  const escaped = text.replace(
    mustEscape,
    (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

/** What a variable becomes; null for null. An object that was found has its members in the order of a Java HashMap. */
export function variableText(value: JsonValue): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  return value instanceof Map ? objectText(inHashOrder(value)) : jsonText(value);
}

function inHashOrder(object: JsonObject): [string, JsonValue][] {
  let size = 1;
  while (size < Math.trunc(object.size / 0.75 + 1)) size *= 2;
  const placed = Array.from(object, (entry): [number, [string, JsonValue]] => [bucketOf(entry[0], size), entry]);
  return placed.sort(([left], [right]) => left - right).map(([, entry]) => entry);
}

function bucketOf(name: string, size: number): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> 16)) & (size - 1);
}

/** Whether two values are the same; whole numbers and decimals never are. */
export function sameJson(left: JsonValue, right: JsonValue): boolean {
  if (left instanceof JsonDecimal) return right instanceof JsonDecimal && left.value === right.value;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index] ?? null));
  }
  if (left instanceof Map) {
    if (!(right instanceof Map) || left.size !== right.size) return false;
    return [...left].every(([name, member]) => right.has(name) && sameJson(member, right.get(name) ?? null));
  }
  return left === right;
}
