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
  /** Its first letter is still to come. */
  undecided: 6,
} as const;

export type HeaderKind = (typeof headerKinds)[keyof typeof headerKinds];

/** By kind, in lower case. */
export const headerNames: readonly (Uint8Array | null)[] = [
  null,
  ...['content-length', 'transfer-encoding', 'connection', 'location', 'content-encoding'].map((name) =>
    new TextEncoder().encode(name),
  ),
];

const byteClasses = new Uint8Array(256);
const TOKEN = 1;
const TEXT = 2;
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  byteClasses[character.charCodeAt(0)] = TOKEN;
}
for (let byte = 0; byte < 256; byte++) {
  if (byte === 9 || (byte >= 32 && byte !== 127)) byteClasses[byte]! |= TEXT;
}

/** May stand in a header's name. */
export function isTokenByte(byte: number): boolean {
  return (byteClasses[byte]! & TOKEN) !== 0;
}

/** May stand in a header's value or a reason: all but control characters. */
export function isTextByte(byte: number): boolean {
  return (byteClasses[byte]! & TEXT) !== 0;
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
