/** Where rows stand in the sorted lists of an index: texts whose UTF-8 bytes, which DynamoDB compares, are in the order of what they stand for. */
import { LoadstarError } from '../../../../core/errors.ts';

/** DynamoDB's, in bytes of UTF-8. */
const SORT_KEY_BYTES_MAX = 1_024;
/** Of a text that a position begins with. Those that are the same so far are told apart by what follows. */
const TEXT_BYTES_MAX = 768;

/** By the number, then by the id. Negative numbers and fractions are in their place too. */
export function numberPosition(value: number, id: string): string {
  return checked(`${sortableNumber(value)}#${id}`);
}

/** By the text, then by the id. A text that others continue comes before them. */
export function textPosition(text: string, id: string): string {
  return checked(`${beginning(text)}\u0000${id}`);
}

/** Hexadecimal, 16 digits: the number's bits, turned so that their order is the numbers'. */
export function sortableNumber(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigUint64(0);
  const isNegative = bits >> 63n === 1n;
  return (isNegative ? ~bits & 0xffff_ffff_ffff_ffffn : bits | (1n << 63n)).toString(16).padStart(16, '0');
}

function beginning(text: string): string {
  if (Buffer.byteLength(text) <= TEXT_BYTES_MAX) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > TEXT_BYTES_MAX) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Positions of rows fit; one that a cursor names may not. */
function checked(position: string): string {
  if (Buffer.byteLength(position) <= SORT_KEY_BYTES_MAX) return position;
  throw new LoadstarError('option_invalid', 'this cursor was not given by a list');
}
