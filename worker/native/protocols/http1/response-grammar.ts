/** What a response's head may hold, byte by byte, and the few headers that matter to reading it. */

/** What can be wrong with a response. */
export const responseFaults = {
  'bad-status-line': 'the response does not begin with an HTTP/1.x status line',
  'bad-header': 'a header of the response is malformed',
  'bad-length': 'the response has a Content-Length that is no length',
  'conflicting-length': 'the response states its length twice',
  'bad-chunk': 'the chunks of the response are malformed',
  'head-too-large': 'the head of the response is too large',
  'too-many-interim': 'too many interim (1xx) responses',
  'closed-early': 'the connection was closed before the response was complete',
} as const;

export type ResponseFault = keyof typeof responseFaults;

export const headerKinds = {
  other: 0,
  contentLength: 1,
  transferEncoding: 2,
  connection: 3,
  location: 4,
  contentEncoding: 5,
} as const;

export type HeaderKind = (typeof headerKinds)[keyof typeof headerKinds];

interface KnownName {
  kind: HeaderKind;
  lowerCase: Uint8Array;
}

/** The names that matter, by their length: no two have the same. */
const knownNames: (KnownName | null)[] = new Array(32).fill(null);
for (const [name, kind] of [
  ['content-length', headerKinds.contentLength],
  ['transfer-encoding', headerKinds.transferEncoding],
  ['connection', headerKinds.connection],
  ['location', headerKinds.location],
  ['content-encoding', headerKinds.contentEncoding],
] as const) {
  knownNames[name.length] = { kind, lowerCase: new TextEncoder().encode(name) };
}

/** Which header the name in `buffer[start]` to `buffer[end - 1]` is, in whatever case. The bytes are those of a token. */
export function kindOfName(buffer: Uint8Array, start: number, end: number): HeaderKind {
  const known = end - start < knownNames.length ? knownNames[end - start]! : null;
  if (known === null) return headerKinds.other;
  const { lowerCase } = known;
  for (let index = 0; index < lowerCase.length; index++) {
    // Of the bytes that a token may hold, the bit makes nothing into a letter or a dash that was none.
    if ((buffer[start + index]! | 0x20) !== lowerCase[index]) return headerKinds.other;
  }
  return known.kind;
}

/** 1 for the bytes of a class, by byte. */
function bytesWhere(isIn: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0));
}

const tokenBytes = bytesWhere((byte) => /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte)));
const textBytes = bytesWhere((byte) => byte === 9 || (byte >= 32 && byte !== 127));

/** May stand in a header's name. */
export function isTokenByte(byte: number): boolean {
  return tokenBytes[byte] === 1;
}

/** May stand in a header's value: all but control characters. */
export function isTextByte(byte: number): boolean {
  return textBytes[byte] === 1;
}

const KEEP_ALIVE = new TextEncoder().encode('keep-alive');

/** The usual spelling, recognized without making a string. */
export function isKeepAliveValue(buffer: Uint8Array, start: number, end: number): boolean {
  if (end - start !== KEEP_ALIVE.length) return false;
  for (let index = 0; index < KEEP_ALIVE.length; index++) {
    if (buffer[start + index] !== KEEP_ALIVE[index]) return false;
  }
  return true;
}

/** Is the word, in whatever case, an element of the comma-separated list? */
export function listHolds(list: string, word: string): boolean {
  return list.split(',').some((element) => element.trim().toLowerCase() === word);
}

/** The codings of a Transfer-Encoding end with `chunked`, so that the response says itself where it ends. */
export function lastCodingIsChunked(codings: string): boolean {
  return (
    codings
      .slice(codings.lastIndexOf(',') + 1)
      .trim()
      .toLowerCase() === 'chunked'
  );
}
