/** A Taurus config as text again: JSON, which is YAML too, with whole and other numbers kept apart. */
import { isMapping, type TaurusValue } from '../../core/input/value.ts';
import { jsonText } from './write-json.ts';

/** Reads back as the same value. Numbers that JSON cannot say (`.inf`) make it YAML only. */
export function configText(value: TaurusValue, indent = ''): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return floatText(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return block(
      '[]',
      value.map((item) => configText(item, inner)),
      indent,
    );
  }
  if (isMapping(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${jsonText(key)}: ${configText(item, inner)}`);
    return block('{}', entries, indent);
  }
  return jsonText(value);
}

function block(brackets: string, items: readonly string[], indent: string): string {
  if (items.length === 0) return brackets;
  const lines = items.map((item) => `${indent}  ${item}`).join(',\n');
  return `${brackets[0]}\n${lines}\n${indent}${brackets[1]}`;
}

/** YAML takes it for a float only with a point in it. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const [mantissa = '', exponent] = (Object.is(value, -0) ? '-0' : String(value)).split('e');
  const withPoint = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return exponent === undefined ? withPoint : `${withPoint}e${exponent}`;
}
