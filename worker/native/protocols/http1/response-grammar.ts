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

/** Up to `contentEncoding` they matter to every response; the others only to those who are interested in them. */
export const headerKinds = {
  other: 0,
  contentLength: 1,
  transferEncoding: 2,
  connection: 3,
  location: 4,
  contentEncoding: 5,
  contentType: 6,
  setCookie: 7,
  authenticate: 8,
  etag: 9,
  lastModified: 10,
  expires: 11,
  cacheControl: 12,
} as const;

export type HeaderKind = (typeof headerKinds)[keyof typeof headerKinds];

/** A header's bit in a set of them. */
export function bitOf(kind: HeaderKind): number {
  return 1 << kind;
}

interface KnownName {
  kind: HeaderKind;
  lowerCase: Uint8Array;
}

/** The names that matter, by their length. */
const knownNames: (KnownName[] | null)[] = new Array(32).fill(null);
for (const [name, kind] of [
  ['content-length', headerKinds.contentLength],
  ['transfer-encoding', headerKinds.transferEncoding],
  ['connection', headerKinds.connection],
  ['location', headerKinds.location],
  ['content-encoding', headerKinds.contentEncoding],
  ['content-type', headerKinds.contentType],
  ['set-cookie', headerKinds.setCookie],
  ['www-authenticate', headerKinds.authenticate],
  ['etag', headerKinds.etag],
  ['last-modified', headerKinds.lastModified],
  ['expires', headerKinds.expires],
  ['cache-control', headerKinds.cacheControl],
] as const) {
  knownNames[name.length] = [...(knownNames[name.length] ?? []), { kind, lowerCase: new TextEncoder().encode(name) }];
}

/** Which header the name in `buffer[start]` to `buffer[end - 1]` is, in whatever case. The bytes are those of a token. */
export function kindOfName(buffer: Uint8Array, start: number, end: number): HeaderKind {
  const known = end - start < knownNames.length ? knownNames[end - start]! : null;
  if (known === null) return headerKinds.other;
  for (let which = 0; which < known.length; which++) {
    const { lowerCase, kind } = known[which]!;
    let index = 0;
    // Of the bytes that a token may hold, the bit makes nothing into a letter or a dash that was none.
    while (index < lowerCase.length && (buffer[start + index]! | 0x20) === lowerCase[index]) index++;
    if (index === lowerCase.length) return kind;
  }
  return headerKinds.other;
}

/** What a body may name resources in. */
export const documentKinds = { none: 0, html: 1, css: 2 } as const;
export type DocumentKind = (typeof documentKinds)[keyof typeof documentKinds];

const documentTypes = (
  [
    ['text/html', documentKinds.html],
    ['application/xhtml+xml', documentKinds.html],
    ['application/xml', documentKinds.html],
    ['text/xml', documentKinds.html],
    ['text/vnd.wap.wml', documentKinds.html],
    ['text/css', documentKinds.css],
  ] as const
).map(([type, kind]) => ({ kind, lowerCase: new TextEncoder().encode(type) }));

/** Of a Content-Type, read without making a string. */
export function documentKindOf(buffer: Uint8Array, start: number, end: number): DocumentKind {
  for (let which = 0; which < documentTypes.length; which++) {
    const { lowerCase, kind } = documentTypes[which]!;
    const { length } = lowerCase;
    let index = 0;
    while (index < length && start + index < end && (buffer[start + index]! | 0x20) === lowerCase[index]) index++;
    if (index < length) continue;
    const next = start + length < end ? buffer[start + length]! : SEMICOLON;
    if (next === SEMICOLON || next === 32 || next === 9) return kind;
  }
  return documentKinds.none;
}

const SEMICOLON = 59;

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
