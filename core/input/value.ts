/**
 * What a Taurus file holds before anybody has looked at its meaning. A whole number is a bigint and any other number a number, so
 * that `1.0` in a header does not become `1`, and a long id in a body keeps all its digits.
 */
export type TaurusValue = null | boolean | bigint | number | string | TaurusValue[] | TaurusMapping;

export interface TaurusMapping {
  [key: string]: TaurusValue;
}

export function isMapping(value: unknown): value is TaurusMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own key; undefined when there is none. */
export function valueAt(mapping: TaurusMapping, key: string): TaurusValue | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

/** A copy that shares nothing with the value. */
export function copyOf(value: TaurusValue): TaurusValue {
  if (Array.isArray(value)) return value.map(copyOf);
  if (isMapping(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
  return value;
}

/** A number as Taurus (Python) writes it into a request: `5`, `1.0`, `0.25`, `1e+16`. */
export function numberText(value: bigint | number): string {
  if (typeof value === 'bigint') return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e');
    const power = Number(exponent);
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** JSON as Taurus (Python) writes it, whole numbers with all their digits. Null when a number in it is infinite or none. */
export function jsonTextOf(value: TaurusValue): string | null {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : null;
  if (typeof value === 'string') return asciiJson(value);
  if (Array.isArray(value)) {
    const items = value.map(jsonTextOf);
    return items.includes(null) ? null : `[${items.join(', ')}]`;
  }
  if (isMapping(value)) {
    const items = Object.entries(value).map(([key, item]) => {
      const text = jsonTextOf(item);
      return text === null ? null : `${asciiJson(key)}: ${text}`;
    });
    return items.includes(null) ? null : `{${items.join(', ')}}`;
  }
  return String(value);
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The value in a few words, for messages: `a list`, `"abc"`, `5`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
