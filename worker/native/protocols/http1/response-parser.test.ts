import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../../core/limits.ts';
import { goodResponse, hostileResponse } from '../../testing/generated-responses.ts';
import { bitOf, headerKinds, type ResponseFault } from './response-grammar.ts';
import { ResponseParser } from './response-parser.ts';

const ALL_INTERESTS = Object.values(headerKinds)
  .filter((kind) => kind > headerKinds.contentEncoding)
  .reduce<number>((bits, kind) => bits | bitOf(kind), 0);

interface ReadOptions {
  isHead?: boolean;
  keepsHead?: boolean;
  interests?: number;
  /** The connection does not end behind the bytes. */
  isOpen?: boolean;
  /** Where the bytes are cut into reads. */
  cuts?: number[];
}

function read(response: string | Buffer, options: ReadOptions = {}) {
  const bytes = typeof response === 'string' ? Buffer.from(response, 'latin1') : response;
  const parser = new ResponseParser();
  let body = '';
  parser.begin({
    isHead: options.isHead ?? false,
    keepsHead: options.keepsHead ?? false,
    body: {
      settle() {},
      append(buffer, start, end) {
        body += buffer.toString('latin1', start, end);
      },
    },
    interests: options.interests ?? 0,
    document: null,
    memo: null,
  });
  let consumed = 0;
  const cuts = [...new Set(options.cuts ?? [])].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b);
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    // Each read comes in the same buffer, as from a socket: nothing may be remembered in it.
    const shared = Buffer.alloc(end - start + 2, '!');
    bytes.copy(shared, 1, start, end);
    consumed += parser.read(shared, 1, end - start + 1) - 1;
    shared.fill('?');
    start = end;
  }
  if (!(options.isOpen ?? false)) parser.end();
  const { code, found, location, text } = parser.head;
  return {
    isComplete: parser.isComplete,
    fault: parser.fault,
    ...(parser.isComplete ? { code, body, keepAlive: parser.keepAlive, found, location, text, consumed } : {}),
  };
}

const ok = (headers: string, body = ''): string => `HTTP/1.1 200 OK\r\n${headers}\r\n${body}`;

describe('framing', () => {
  it.each<[string, string, { body: string; keepAlive: boolean }]>([
    ['a length', ok('Content-Length: 5\r\n', 'hello'), { body: 'hello', keepAlive: true }],
    ['length zero', ok('content-length:0\r\n'), { body: '', keepAlive: true }],
    [
      'chunks',
      ok('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'),
      { body: 'abcde', keepAlive: true },
    ],
    ['no length: until the connection ends', ok('', 'all of it'), { body: 'all of it', keepAlive: false }],
    ['a coding that is not chunked', ok('Transfer-Encoding: gzip\r\n', 'zip'), { body: 'zip', keepAlive: false }],
    ['Connection: close', ok('Connection: close\r\nContent-Length: 1\r\n', 'a'), { body: 'a', keepAlive: false }],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na', { body: 'a', keepAlive: false }],
    [
      'HTTP/1.0 keep-alive',
      'HTTP/1.0 200\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na',
      { body: 'a', keepAlive: true },
    ],
    [
      'close wins over keep-alive',
      ok('Connection: keep-alive, close\r\nContent-Length: 0\r\n'),
      { body: '', keepAlive: false },
    ],
    ['204 with a length', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', { body: '', keepAlive: true }],
    ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', { body: '', keepAlive: true }],
    ['101 ends HTTP', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', { body: '', keepAlive: false }],
  ])('%s', (_, response, expected) => {
    expect(read(response)).toMatchObject({ isComplete: true, ...expected });
  });

  it('takes no body in answer to HEAD', () => {
    expect(read(ok('Content-Length: 5\r\n'), { isHead: true, isOpen: true })).toMatchObject({
      isComplete: true,
      body: '',
    });
    expect(read(ok('Transfer-Encoding: chunked\r\n'), { isHead: true, isOpen: true })).toMatchObject({
      isComplete: true,
    });
  });

  it('stops behind the response', () => {
    const response = ok('Content-Length: 2\r\n', 'ab');
    expect(read(`${response}HTTP/1.1 200`)).toMatchObject({ isComplete: true, consumed: response.length });
  });

  it('skips interim responses, and forgets what their heads said', () => {
    const response = `HTTP/1.1 103 Early Hints\r\nLocation: /no\r\nContent-Length: 7\r\nConnection: close\r\n\r\n${ok('Content-Length: 1\r\n', 'a')}`;
    expect(read(response, { keepsHead: true })).toMatchObject({
      code: 200,
      body: 'a',
      keepAlive: true,
      location: null,
      text: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n',
    });
  });

  it('skips an interim response of HTTP/1.0', () => {
    const response = `HTTP/1.0 100 Continue\r\n\r\n${ok('Content-Length: 1\r\n', 'a')}`;
    expect(read(response)).toMatchObject({ isComplete: true, code: 200, body: 'a', keepAlive: true });
  });

  it('takes a tab behind a coding for white space', () => {
    expect(read(ok('Transfer-Encoding: chunked\t\r\n', '1\r\na\r\n0\r\n\r\n'))).toMatchObject({
      isComplete: true,
      body: 'a',
    });
  });

  it('reads the next response as if it were the first', () => {
    const parser = new ResponseParser();
    const first = Buffer.from(
      ok('Location: /a\r\nTransfer-Encoding: chunked\r\n', '1;x="y"\r\na\r\n0\r\nTrailer: 1\r\n\r\n'),
    );
    const second = Buffer.from(ok('Content-Length: 3\r\n', 'abc'));
    for (let turn = 0; turn < 3; turn++) {
      parser.begin({ isHead: false, keepsHead: false, interests: 0, body: null, document: null, memo: null });
      expect(parser.read(first, 0, first.length)).toBe(first.length);
      expect(parser.head.location).toBe('/a');
      parser.begin({ isHead: false, keepsHead: false, interests: 0, body: null, document: null, memo: null });
      expect(parser.read(second, 0, second.length)).toBe(second.length);
      expect([parser.isComplete, parser.head.location, parser.keepAlive]).toEqual([true, null, true]);
    }
  });
});

describe('what is refused', () => {
  const longest = limits.responseHeadBytesMax;
  it.each<[string, string, ResponseFault]>([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'bad-status-line'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n', 'bad-status-line'],
    ['two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'bad-status-line'],
    ['four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'bad-status-line'],
    ['a code below 100', 'HTTP/1.1 099 No\r\n\r\n', 'bad-status-line'],
    ['a bare line feed behind the status', 'HTTP/1.1 200 OK\n\r\n', 'bad-status-line'],
    ['a bare line feed behind a header', ok('A: b\nC: d\r\n'), 'bad-header'],
    ['a folded header', ok('A: b\r\n c\r\n'), 'bad-header'],
    ['a space before the colon', ok('Content-Length : 1\r\n', 'a'), 'bad-header'],
    ['a header without a name', ok(': a\r\n'), 'bad-header'],
    ['a header without a colon', ok('abc\r\n'), 'bad-header'],
    ['a control character in a value', ok('A: b\0c\r\n'), 'bad-header'],
    ['two lengths', ok('Content-Length: 1\r\nContent-Length: 1\r\n', 'a'), 'conflicting-length'],
    ['a list of lengths', ok('Content-Length: 1, 1\r\n', 'a'), 'bad-length'],
    [
      'a length and chunks',
      ok('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      'conflicting-length',
    ],
    [
      'chunks and a length',
      ok('Transfer-Encoding: chunked\r\nContent-Length: 1\r\n', '0\r\n\r\n'),
      'conflicting-length',
    ],
    ['an empty length', ok('Content-Length:\r\n'), 'bad-length'],
    ['a negative length', ok('Content-Length: -1\r\n'), 'bad-length'],
    ['a length in hexadecimal', ok('Content-Length: 0x10\r\n'), 'bad-length'],
    ['a length above 2^53', ok('Content-Length: 9007199254740993\r\n'), 'bad-length'],
    ['a chunk without a size', ok('Transfer-Encoding: chunked\r\n', '\r\nabc'), 'bad-chunk'],
    ['a chunk size that is none', ok('Transfer-Encoding: chunked\r\n', 'xyz\r\n'), 'bad-chunk'],
    ['a chunk size above 2^52', ok('Transfer-Encoding: chunked\r\n', '12345678901234\r\n'), 'bad-chunk'],
    ['a chunk longer than its size', ok('Transfer-Encoding: chunked\r\n', '2\r\nabc\r\n0\r\n\r\n'), 'bad-chunk'],
    ['an endless chunk extension', ok('Transfer-Encoding: chunked\r\n', `1;${'e'.repeat(17_000)}`), 'bad-chunk'],
    ['an endless reason', `HTTP/1.1 200 ${'a'.repeat(longest)}`, 'head-too-large'],
    ['an endless header', ok(`A: ${'a'.repeat(longest)}\r\n`), 'head-too-large'],
    ['endless headers', ok('A: b\r\n'.repeat(longest / 6 + 1)), 'head-too-large'],
    [
      'endless trailers',
      ok('Transfer-Encoding: chunked\r\n', `0\r\n${'A: b\r\n'.repeat(longest / 6 + 1)}`),
      'head-too-large',
    ],
    ['endless interim responses', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(33), 'too-many-interim'],
    ['nothing', '', 'closed-early'],
    ['half a head', 'HTTP/1.1 200 OK\r\nA:', 'closed-early'],
    ['half a body', ok('Content-Length: 5\r\n', 'abc'), 'closed-early'],
    ['half a chunk', ok('Transfer-Encoding: chunked\r\n', '5\r\nabc'), 'closed-early'],
    ['chunks without their end', ok('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n'), 'closed-early'],
    ['only an interim response', 'HTTP/1.1 100 Continue\r\n\r\n', 'closed-early'],
  ])('%s', (_, response, fault) => {
    expect(read(response)).toEqual({ isComplete: false, fault });
    // Byte by byte, the same.
    if (response.length < 200) {
      expect(read(response, { cuts: Array.from(response, (_c, at) => at) })).toEqual({ isComplete: false, fault });
    }
  });

  it('accepts a head of exactly the limit', () => {
    const frame = ok('A: \r\n');
    expect(read(ok(`A: ${'a'.repeat(longest - frame.length)}\r\n`))).toMatchObject({ isComplete: true });
    expect(read(ok(`A: ${'a'.repeat(longest - frame.length + 1)}\r\n`))).toMatchObject({ fault: 'head-too-large' });
  });
});

it('gives the same result however the bytes are cut into reads', () => {
  fc.assert(
    fc.property(
      fc.oneof(goodResponse, hostileResponse),
      fc.array(fc.nat({ max: 600 }), { maxLength: 40 }),
      fc.boolean(),
      (response, cuts, isHead) => {
        const options = { isHead, keepsHead: true, interests: ALL_INTERESTS };
        expect(read(response, { ...options, cuts })).toEqual(read(response, options));
      },
    ),
    { numRuns: 1_000 },
  );
});

describe("against Node's own parser", () => {
  let response: Buffer = Buffer.alloc(0);
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(response));
  });
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  const interesting = {
    'set-cookie': headerKinds.setCookie,
    etag: headerKinds.etag,
    expires: headerKinds.expires,
    'cache-control': headerKinds.cacheControl,
    'last-modified': headerKinds.lastModified,
  } as const;
  const interests = Object.values(interesting).reduce((bits, kind) => bits | bitOf(kind), 0);
  const bitsOf = (names: readonly string[]): number =>
    names.reduce(
      (bits, name) =>
        bits | (Object.hasOwn(interesting, name) ? bitOf(interesting[name as keyof typeof interesting]) : 0),
      0,
    );

  interface ReadByNode {
    code: number;
    body: string;
    keepAlive: boolean;
    /** Bits of the interesting headers. */
    found: number;
  }

  /** What node:http reads; null when it refuses the response. It keeps no connection unless `mayKeep`. */
  function readByNode(method: string, mayKeep: boolean): Promise<ReadByNode | null> {
    return new Promise((resolve) => {
      const { port } = server.address() as AddressInfo;
      const headers = { connection: mayKeep ? 'keep-alive' : 'close' };
      const request = http.request({ host: '127.0.0.1', port, method, agent: false, headers });
      let answered = false;
      const refused = (): void => {
        if (!answered) resolve(null);
      };
      request.on('error', refused);
      request.on('close', refused);
      request.on('response', (message) => {
        answered = true;
        let body = '';
        message.on('data', (chunk: Buffer) => {
          body += chunk.toString('latin1');
        });
        message.on('error', () => {});
        const names = message.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
        const { shouldKeepAlive } = request as typeof request & { shouldKeepAlive: boolean };
        message.on('close', () => {
          const { complete, statusCode: code = 0 } = message;
          resolve(complete ? { code, body, keepAlive: shouldKeepAlive, found: bitsOf(names) } : null);
        });
      });
      request.end();
    });
  }

  /**
   * What it takes and we do not: codes below 100, and chunk extensions without a name. What we take and it does not: a response behind an interim one
   * of HTTP/1.0, which to it is the last of its connection; and a tab as the white space behind `chunked`.
   */
  const knownlyDifferent = /HTTP\/1\.[01] 0\d\d|;[=;]|HTTP\/1\.0 1\d\d|chunked *\t/i;

  it.each([
    ['good responses', goodResponse, 300],
    ['hostile responses', hostileResponse, 700],
  ])('agrees on %s', async (_, responses, numRuns) => {
    await fc.assert(
      fc.asyncProperty(responses, fc.constantFrom('GET', 'GET', 'GET', 'HEAD'), async (bytes, method) => {
        fc.pre(!knownlyDifferent.test(bytes.toString('latin1')));
        response = bytes;
        const own = read(bytes, { isHead: method === 'HEAD', interests });
        const { isComplete, code, body, keepAlive, found, consumed } = own;
        // It takes what follows a response for the next one, if there may be one; and answers to HEAD for endless ones until it is told.
        const mayKeep = consumed === bytes.length && method === 'GET';
        const expected = isComplete ? { code, body, keepAlive: mayKeep && keepAlive, found } : null;
        expect(await readByNode(method, mayKeep)).toEqual(expected);
      }),
      { numRuns },
    );
  });
});
