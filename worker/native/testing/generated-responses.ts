/** Responses for tests: good ones in all framings, and hostile ones made from them by changing bytes. */
import fc from 'fast-check';

const token = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}$/);
const visibleText = fc.stringMatching(/^[\x21-\x7e\xa1-\xff]([\x20-\x7e\xa1-\xff\t]{0,30}[\x21-\x7e\xa1-\xff])?$/);
const anyCase = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => Array.from(text, (c, i) => (upper[i] ? c.toUpperCase() : c.toLowerCase())).join(''));
const space = fc.constantFrom('', ' ', '  ', '\t', ' \t ');

/** Names that would change the framing. */
const framingNames = new Set(['content-length', 'transfer-encoding', 'connection', 'upgrade', 'proxy-connection']);
const plainHeader = fc
  .tuple(
    fc.oneof(
      token,
      fc.constantFrom('Content-Lengt', 'Content-Lengths', 'Connectio', 'Locations', 'Te', 'Co'),
      fc.constantFrom('Set-Cookie', 'set-cookie', 'ETag', 'Expires', 'CACHE-CONTROL', 'Last-Modified', 'Set-Cooki'),
    ),
    space,
    fc.option(visibleText),
    space,
  )
  .filter(([name]) => !framingNames.has(name.toLowerCase()))
  .map(([name, before, value, after]) => `${name}:${before}${value ?? ''}${after}\r\n`);
const connectionHeader = fc.constantFrom(
  '',
  'Connection: keep-alive\r\n',
  'Connection: Keep-Alive\r\n',
  'connection: close\r\n',
  'CONNECTION: foo, Close\r\n',
);
const bodyText = fc
  .oneof(
    fc.string({ maxLength: 200 }),
    fc.nat({ max: 3000 }).map((length) => 'body '.repeat(length / 5)),
  )
  .map((text) => Buffer.from(text).toString('latin1'));

const chunked = bodyText.chain((body) =>
  fc
    .tuple(
      fc.array(fc.nat({ max: body.length }), { maxLength: 4 }),
      fc.constantFrom('', ';a', ';a=b', ';a="b c"', ';a="b\\"c";d=e'),
      fc.boolean(),
      fc.array(plainHeader, { maxLength: 2 }),
    )
    .map(([cuts, extension, upper, trailers]) => {
      const ends = [...new Set([...cuts, body.length])].sort((a, b) => a - b).filter((end) => end > 0);
      let from = 0;
      const chunks = ends.map((end) => {
        const data = body.slice(from, end);
        from = end;
        const size = data.length.toString(16);
        return `${upper ? size.toUpperCase() : `0${size}`}${extension}\r\n${data}\r\n`;
      });
      return `${chunks.join('')}0\r\n${trailers.join('')}\r\n`;
    }),
);

const framed = fc.oneof(
  fc.tuple(anyCase('content-length'), space, bodyText, space).map(([name, before, body, after]) => ({
    header: `${name}:${before}${body.length}${after}\r\n`,
    body,
  })),
  fc
    .tuple(anyCase('transfer-encoding'), fc.constantFrom('chunked', 'Chunked', 'gzip, chunked'), chunked)
    .map(([name, coding, body]) => ({
      header: `${name}: ${coding}\r\n`,
      body,
    })),
  bodyText.map((body) => ({ header: '', body })),
);

const interim = fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
const statusLine = fc
  .tuple(
    fc.constantFrom('1.1', '1.1', '1.0'),
    fc.constantFrom(200, 200, 201, 204, 301, 304, 404, 500, 599, 999),
    fc.constantFrom('', ' ', ' OK', ' Not  Found\t\xe9'),
  )
  .map(([version, code, reason]) => `HTTP/${version} ${code}${reason}\r\n`);

/** The bytes of a whole response that is right; the connection ends behind it. */
export const goodResponse: fc.Arbitrary<Buffer> = fc
  .tuple(
    interim,
    statusLine,
    fc.array(plainHeader, { maxLength: 4 }),
    connectionHeader,
    framed,
    fc.array(plainHeader, { maxLength: 2 }),
  )
  .map(([before, line, headers, connection, { header, body }, more]) =>
    Buffer.from(`${before}${line}${headers.join('')}${connection}${header}${more.join('')}\r\n${body}`, 'latin1'),
  );

const hostileBytes = fc.oneof(
  fc.constantFrom(
    ';',
    '=',
    '"',
    '\r',
    '\n',
    '\r\n',
    ' ',
    '\t',
    '\0',
    ':',
    ',',
    ';',
    '0',
    'f',
    '-',
    '\x7f',
    '\xff',
    'HTTP/1.1',
    'chunked',
    'Content-Length: 1\r\n',
    'Transfer-Encoding: chunked\r\n',
  ),
  fc.string({ maxLength: 3 }),
);

/** A response with some of its bytes replaced, removed or added: most of them wrong, some still right. */
export const hostileResponse: fc.Arbitrary<Buffer> = fc
  .tuple(
    goodResponse,
    fc.array(
      fc.tuple(
        fc.nat({ max: 999 }).map((thousandth) => thousandth / 1000),
        fc.nat({ max: 3 }),
        hostileBytes,
      ),
      { minLength: 1, maxLength: 2 },
    ),
  )
  .map(([response, changes]) => {
    let text = response.toString('latin1');
    for (const [where, removed, added] of changes) {
      const at = Math.floor(where * text.length);
      text = text.slice(0, at) + added + text.slice(at + removed);
    }
    return Buffer.from(text, 'latin1');
  });
