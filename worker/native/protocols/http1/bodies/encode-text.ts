/** Texts as bytes, in the charset that a step names. */

/** Names as JMeter's users write them: those of Java, in any case. Null: not known. */
export function charsetOf(name: string): BufferEncoding | null {
  switch (name.toLowerCase()) {
    case 'utf-8':
    case 'utf8':
      return 'utf8';
    case 'iso-8859-1':
    case 'latin1':
      return 'latin1';
    case 'us-ascii':
    case 'ascii':
      return 'ascii';
    case 'utf-16le':
      return 'utf16le';
    default:
      return null;
  }
}

/** The text's bytes, one character each; UTF-8 where no charset is named. */
export function encodeText(text: string, charset: string | null): string {
  const encoding = charsetOf(charset ?? 'utf-8') ?? 'utf8';
  return isAscii(text) && encoding !== 'utf16le' ? text : Buffer.from(text, encoding).toString('latin1');
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}
