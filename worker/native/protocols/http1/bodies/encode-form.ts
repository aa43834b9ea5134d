/** Form parameters, as Java's URLEncoder writes them, which JMeter uses. */
import { encodeText } from './encode-text.ts';

const plain = /^[A-Za-z0-9.*_-]*$/;
/** Of each byte. */
const encodedBytes = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (plain.test(character)) return character;
  return character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** A form as a body. Where letters take two bytes, those of what is encoded do, too. */
export function encodeForm(parameters: readonly (readonly [string, string])[], charset: string | null): string {
  const encode = (text: string): string => encodeBytes(text, charset);
  const form = joined(parameters, encode, encode);
  return isWide(charset) ? encodeText(form, charset) : form;
}

/** The same as a query, whose names are always encoded as UTF-8. */
export function encodeQuery(parameters: readonly (readonly [string, string])[], charset: string | null): string {
  const encodeValue = isWide(charset) ? encodeWide : (text: string): string => encodeBytes(text, charset);
  return joined(parameters, (text) => encodeBytes(text, null), encodeValue);
}

function joined(
  parameters: readonly (readonly [string, string])[],
  encodeName: (text: string) => string,
  encodeValue: (text: string) => string,
): string {
  let form = '';
  for (const [name, value] of parameters) form += `${form === '' ? '' : '&'}${encodeName(name)}=${encodeValue(value)}`;
  return form;
}

function isWide(charset: string | null): boolean {
  return charset?.toLowerCase() === 'utf-16le';
}

function encodeBytes(text: string, charset: string | null): string {
  if (plain.test(text) && !isWide(charset)) return text;
  const bytes = encodeText(text, charset);
  let encoded = '';
  for (let index = 0; index < bytes.length; index++) encoded += encodedBytes[bytes.charCodeAt(index)]!;
  return encoded;
}

/** Only of what needs it. */
function encodeWide(text: string): string {
  return text
    .replace(/[^A-Za-z0-9.*_ -]+/g, (run) =>
      Buffer.from(run, 'utf16le').toString('hex').toUpperCase().replace(/../g, '%$&'),
    )
    .replaceAll(' ', '+');
}
