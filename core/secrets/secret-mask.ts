/** Blots out the values of secrets in what people will read: logs, labels, errors and their examples, files that a run leaves. */

export const MASKED = '[redacted]';

export type Mask = (text: string) => string;

/** Null when there is nothing to hide. Takes time in proportion to the text. */
export function maskOf(secrets: Iterable<string>): Mask | null {
  const longestFirst = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return null;
  // Texts in base64 last: they are found in the middle of others.
  const patterns = [...longestFirst.map(anyForm), ...longestFirst.flatMap(base64Forms).map(escaped)];
  const pattern = new RegExp(patterns.join('|'), 'gu');
  return (text) => text.replace(pattern, MASKED);
}

/** The value as it is, in URLs, in forms, in JSON, in XML, in CSV: a choice of spellings for each of its characters. */
function anyForm(secret: string): string {
  return [...secret].map((character) => `(?:${spellings(character).join('|')})`).join('');
}

function spellings(character: string): string[] {
  const point = character.codePointAt(0) ?? 0;
  const inUrl = [...new TextEncoder().encode(character)].map((byte) => `%${eitherCase(hex(byte, 2))}`).join('');
  const inJson = character.split('').map((unit) => `\\\\u${eitherCase(hex(unit.charCodeAt(0), 4))}`);
  const inXml = [`&#0*${point};`, `&#[xX]0*${eitherCase(hex(point, 1))};`];
  const found = [inUrl, inJson.join(''), ...inXml];
  if (character === ' ') found.push('\\+');
  const short = JSON.stringify(character).slice(1, -1);
  if (short !== character) found.push(escaped(short));
  if (character === '/') found.push('\\\\/');
  if (character === '"') found.push('""');
  const entity = XML_ENTITIES[character];
  if (entity !== undefined) found.push(entity);
  // Last: other spellings may begin with it.
  return [...found, escaped(character)];
}

const XML_ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}

function eitherCase(digits: string): string {
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** Shorter pieces of base64 would be found in texts that have nothing to do with the secret. */
const BASE64_LENGTH_MIN = 8;

/**
 * The value within a text in base64, as in Basic authorization. It begins at one of three places of a group of four characters; the characters
 * that also depend on what stands before and after are left out.
 */
function base64Forms(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((before) => {
    const padded = [...new Array<number>(before).fill(0), ...bytes].map((byte) => String.fromCharCode(byte)).join('');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const sure = btoa(padded).slice(from, to);
    return sure.length < BASE64_LENGTH_MIN ? [] : [sure];
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
