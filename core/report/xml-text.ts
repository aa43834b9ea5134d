/** Any text as the value of an XML attribute, and back. */

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const escapes = new Map(Object.entries(named).map(([name, character]) => [character, `&${name};`]));

/** Characters that XML 1.0 cannot express in any way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
const inexpressible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Escapes a text; what XML cannot express (most control characters, half surrogate pairs) becomes U+FFFD. */
export function encodeXmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(inexpressible, '\ufffd')
    .replace(/[&<>"']/g, (character) => escapes.get(character)!)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Undoes `encodeXmlText`: XML's five named entities and character numbers. Any other entity stays as it is written. */
export function decodeXmlText(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name as string]!;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
