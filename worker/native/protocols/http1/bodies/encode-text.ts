/** Texts as bytes, in the charset that a step names. What a charset does not have becomes a question mark, as in Java. */

const beyondAscii = /[^\p{ASCII}]/gu;
const beyondLatin1 = /[^\p{ASCII}\x80-\xff]/gu;
const loneSurrogate = /\p{Surrogate}/gu;

/** The text's bytes, one character each; UTF-8 where no charset is named. Reading has seen to it that the charset is known. */
export function encodeText(text: string, charset: string | null): string {
  switch (charset?.toLowerCase()) {
    case 'utf-16le':
      return Buffer.from(text, 'utf16le').toString('latin1');
    case 'iso-8859-1':
    case 'latin1':
      return text.replace(beyondLatin1, '?');
    case 'us-ascii':
    case 'ascii':
      return text.replace(beyondAscii, '?');
    default:
      return isAscii(text) ? text : Buffer.from(text.replace(loneSurrogate, '?'), 'utf8').toString('latin1');
  }
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}
