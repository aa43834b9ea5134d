/** Form parameters, as Java's URLEncoder writes them, which JMeter uses. */
import { encodeText } from './encode-text.ts';

const plain = /^[A-Za-z0-9.*_-]*$/;
/** Of each byte. */
const encodedBytes = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (plain.test(character)) return character;
  return character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** A form as a body, or as a query. */
export function encodeForm(parameters: readonly (readonly [string, string])[], charset: string | null): string {
  let form = '';
  for (const [name, value] of parameters) {
    form += `${form === '' ? '' : '&'}${encodeParameter(name, charset)}=${encodeParameter(value, charset)}`;
  }
  return form;
}

function encodeParameter(text: string, charset: string | null): string {
  if (plain.test(text)) return text;
  const bytes = encodeText(text, charset);
  let encoded = '';
  for (let index = 0; index < bytes.length; index++) encoded += encodedBytes[bytes.charCodeAt(index)]!;
  return encoded;
}
