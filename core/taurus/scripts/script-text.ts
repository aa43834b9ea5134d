/** Scripts as texts. */

/** The text of a script: UTF-8, else each byte as the character of its number, so that `scriptBytes` gives all of them back. */
export function scriptText(bytes: Uint8Array): { text: string; isUtf8: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), isUtf8: true };
  } catch {
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += 8_192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8_192)));
    return { text: parts.join(''), isUtf8: false };
  }
}

/** The bytes of a text that `scriptText` made. */
export function scriptBytes(text: string, isUtf8: boolean): Uint8Array {
  return isUtf8 ? new TextEncoder().encode(text) : Uint8Array.from(text, (character) => character.charCodeAt(0));
}
