/**
 * What an unquoted YAML scalar is: the implicit types of YAML 1.1 as PyYAML, which Taurus reads its files with, knows them. They are
 * neither YAML 1.2's nor quite those of the YAML 1.1 specification: `y` is a text, `1e3` is a text, `1:30` is ninety.
 */
import type { TaurusValue } from '../input/value.ts';

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INTEGER = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Longer ones stay texts: nobody writes them by hand, and converting them takes quadratic time. */
const DIGITS_MAX = 1_000;

/** The value of a plain scalar. Dates and times stay the text that was written. */
export function plainScalarValue(source: string): TaurusValue {
  if (NULL.test(source)) return null;
  if (TRUE.test(source)) return true;
  if (FALSE.test(source)) return false;
  if (source.length <= DIGITS_MAX) {
    const integer = INTEGER.test(source) ? integerValue(source) : null;
    if (integer !== null) return integer;
    if (FLOAT.test(source)) return floatValue(source);
  }
  return source;
}

/** Value of a scalar with an explicit tag (`!!int`); undefined when the scalar is no such thing. */
export function taggedScalarValue(tag: string, source: string): TaurusValue | undefined {
  if (tag === 'tag:yaml.org,2002:str') return source;
  const value = plainScalarValue(source);
  if (tag === '!') return value;
  if (tag === 'tag:yaml.org,2002:null') return value === null ? null : undefined;
  if (tag === 'tag:yaml.org,2002:bool') return typeof value === 'boolean' ? value : undefined;
  if (tag === 'tag:yaml.org,2002:int') return typeof value === 'bigint' ? value : undefined;
  if (tag === 'tag:yaml.org,2002:float') {
    if (typeof value === 'bigint') return Number(value);
    return typeof value === 'number' ? value : undefined;
  }
  return undefined;
}

/** Null for what only looks like one: `0_`, `0b_`. */
function integerValue(source: string): bigint | null {
  const negative = source.startsWith('-');
  const digits = source.replace(/^[-+]/, '').replaceAll('_', '');
  const size = sizeOf(digits);
  if (size === null) return null;
  return negative ? -size : size;
}

function sizeOf(digits: string): bigint | null {
  if (digits === '0b' || digits === '0x') return null;
  if (digits.startsWith('0b') || digits.startsWith('0x')) return BigInt(digits);
  if (digits.length > 1 && digits.startsWith('0')) return BigInt(`0o${digits.slice(1)}`);
  return digits.split(':').reduce((value, part) => value * 60n + BigInt(part), 0n);
}

function floatValue(source: string): number {
  const sign = source.startsWith('-') ? -1 : 1;
  const digits = source.replace(/^[-+]/, '').replaceAll('_', '').toLowerCase();
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  return sign * digits.split(':').reduce((value, part) => value * 60 + Number(part), 0);
}
