/** Form parameters, as JMeter encodes them: as Java's URLEncoder does. */
import { encodeText } from './encode-text.ts';

const plain = /^[A-Za-z0-9.*_-]*$/;

/** One name or value. */
export function encodeParameter(text: string, charset: string | null): string {
  if (plain.test(text)) return text;
  let encoded = '';
  for (const character of encodeText(text, charset)) {
    if (plain.test(character)) encoded += character;
    else if (character === ' ') encoded += '+';
    else encoded += `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** A form as a body, or as a query. */
export function encodeForm(parameters: readonly (readonly [string, string])[], charset: string | null): string {
  return parameters
    .map(([name, value]) => `${encodeParameter(name, charset)}=${encodeParameter(value, charset)}`)
    .join('&');
}
