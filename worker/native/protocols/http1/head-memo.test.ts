import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goodResponse, hostileResponse } from '../../testing/generated-responses.ts';
import { HeadMemo } from './head-memo.ts';
import { bitOf, headerKinds } from './response-grammar.ts';
import { ResponseParser } from './response-parser.ts';

/** As connections have it: one buffer for all, read from its beginning. */
const shared = Buffer.allocUnsafeSlow(8_192);

interface Wishes {
  isHead?: boolean;
  keepsHead?: boolean;
  interests?: number;
}

/** What a parser makes of the reads. */
function read(reads: readonly Buffer[], memo: HeadMemo | null, wishes: Wishes = {}) {
  const parser = new ResponseParser();
  let body = '';
  const sink = {
    settle(): void {},
    append: (buffer: Buffer, start: number, end: number): void => {
      body += buffer.toString('latin1', start, end);
    },
  };
  parser.begin({ isHead: false, keepsHead: false, interests: 0, ...wishes, body: sink, document: null, memo });
  let consumed = 0;
  for (const bytes of reads) {
    bytes.copy(shared);
    consumed += parser.read(shared, 0, bytes.length);
    shared.fill('?', 0, bytes.length);
  }
  parser.end();
  const { code, contentEncoding, document, found, location, text } = parser.head;
  const { fault, isComplete, keepAlive } = parser;
  if (!isComplete) return { isComplete, fault };
  return { isComplete, fault, keepAlive, code, contentEncoding, document, found, location, text, body, consumed };
}

const response = (headers: string, body = ''): Buffer => Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n${body}`);
const length = (body: string): string => `Content-Length: ${body.length}\r\n`;

describe('the head of the last response', () => {
  it('leads to the same as reading it does, whatever came before', () => {
    const interests = bitOf(headerKinds.setCookie) | bitOf(headerKinds.contentType) | bitOf(headerKinds.etag);
    const one = fc.record({
      bytes: fc.oneof(goodResponse, hostileResponse),
      cut: fc.option(fc.nat({ max: 400 }), { freq: 3 }),
      isHead: fc.boolean(),
      keepsHead: fc.boolean(),
      interests: fc.constantFrom(0, interests),
    });
    // A few responses that come again and again, in any order.
    const rows = fc
      .array(one, { minLength: 1, maxLength: 3 })
      .chain((some) => fc.array(fc.constantFrom(...some), { minLength: 2, maxLength: 12 }));
    fc.assert(
      fc.property(rows, (row) => {
        const memo = new HeadMemo();
        for (const { bytes, cut, ...wishes } of row) {
          const reads = cut === null ? [bytes] : [bytes.subarray(0, cut), bytes.subarray(cut)];
          expect(read(reads, memo, wishes)).toEqual(read(reads, null, wishes));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is followed by the same trailers, with a length that contradicts it too', () => {
    const memo = new HeadMemo();
    const bytes = response('Transfer-Encoding: chunked\r\n', '0\r\nContent-Length: 1\r\n\r\n');
    for (let time = 0; time < 2; time++) {
      expect(read([bytes], memo)).toEqual({ isComplete: false, fault: 'conflicting-length' });
    }
  });

  it('is told from one that differs in a single byte, wherever that is', () => {
    const bytes = response(`Location: /a\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n${length('abc')}`, 'abc');
    for (let at = 0; at < bytes.length - 3; at++) {
      const memo = new HeadMemo();
      read([bytes], memo);
      expect(memo.matches(withCopyIn(bytes), 0, bytes.length, false, 0)).toBe(true);
      const other = Buffer.from(bytes);
      other[at]! ^= 1;
      expect(memo.matches(withCopyIn(other), 0, other.length, false, 0)).toBe(false);
      expect(read([other], memo)).toEqual(read([other], null));
    }
  });

  it('is not taken for one that has only begun, or was read with other wishes', () => {
    const memo = new HeadMemo();
    const bytes = response(length('abc'), 'abc');
    read([bytes], memo);
    const head = bytes.length - 3;
    const buffer = withCopyIn(bytes);
    expect(memo.matches(buffer, 0, head, false, 0)).toBe(true);
    expect(memo.matches(buffer, 0, head - 1, false, 0)).toBe(false);
    expect(memo.matches(buffer, 0, head, true, 0)).toBe(false);
    expect(memo.matches(buffer, 0, head, false, 2)).toBe(false);
    expect(memo.matches(buffer, 4, head + 4, false, 0)).toBe(false);
  });

  it('is remembered from then on when it changes, and hardly any more when it always does', () => {
    const memo = new HeadMemo();
    const numbered = (number: number): Buffer => response(`X-Number: ${1_000 + number}\r\n${length('')}`);
    const isKnown = (bytes: Buffer): boolean => memo.matches(withCopyIn(bytes), 0, bytes.length, false, 0);
    read([numbered(1)], memo);
    read([numbered(2)], memo);
    expect(isKnown(numbered(2))).toBe(true);
    let known = 0;
    for (let number = 3; number < 300; number++) {
      read([numbered(number)], memo);
      const before = memo.bytes;
      if (isKnown(numbered(number))) known++;
      expect(memo.bytes).toBe(before);
    }
    expect(known).toBeGreaterThan(5);
    const endless = response(`X: ${'x'.repeat(3_000)}\r\n${length('')}`);
    read([endless], memo);
    expect(isKnown(endless)).toBe(false);
  });
});

function withCopyIn(bytes: Buffer): Buffer {
  bytes.copy(shared);
  return shared;
}
