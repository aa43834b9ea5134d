import { describe, expect, it } from 'vitest';
import { Origins } from './origins.ts';
import { headersFor, isRedirect, redirected } from './redirect.ts';
import { compileShape, type Http1Request, requestOf, type ShapeParts, withHeaders, withoutHeader } from './request.ts';
import { appendQuery, encodeTarget, targetOf } from './request-target.ts';

const origins = new Origins();
const needs = { followsRedirects: true, needsHead: false, needsBody: false };

function shapeOf(changes: Partial<ShapeParts> = {}) {
  return compileShape(
    {
      method: 'GET',
      url: new URL('http://shop.test:81/ignored'),
      headers: [],
      keepAlive: true,
      userAgent: 'agent',
      ...changes,
    },
    needs,
    origins,
  );
}

describe('a request of a shape', () => {
  it('is joined from what changes and what does not', () => {
    const shape = shapeOf({
      method: 'POST',
      contentType: 'text/plain; charset=UTF-8',
      headers: [
        ['X-A', 'a'],
        ['X-B', null],
        ['X-C', 'c'],
        ['X-D', null],
      ],
    });
    const request = requestOf(shape, '/a?b=c', ['b1', ''], 'body');
    expect(request.wire).toBe(
      'POST /a?b=c HTTP/1.1\r\nConnection: keep-alive\r\nX-A: a\r\nX-B: b1\r\nX-C: c\r\nX-D: \r\nContent-Length: 4\r\nContent-Type: text/plain; charset=UTF-8\r\nHost: shop.test:81\r\nUser-Agent: agent\r\n\r\nbody',
    );
    expect(request).toMatchObject({ wireBytes: request.wire.length, payload: null, url: 'http://shop.test:81/a?b=c' });
    expect(requestOf(shape, '/', ['b2', 'd2'], null).wire).toContain(
      'X-B: b2\r\nX-C: c\r\nX-D: d2\r\nContent-Length: 0\r\n',
    );
  });

  it('sends a large body beside the head', () => {
    const body = Buffer.alloc(100_000, 0xfe);
    for (const given of [body, body.toString('latin1')]) {
      const request = requestOf(shapeOf({ method: 'PUT' }), '/', [], given);
      expect(request.payload?.equals(body)).toBe(true);
      expect(request.wire).toContain('Content-Length: 100000\r\n');
      expect(request.wireBytes).toBe(request.wire.length + body.length);
    }
  });

  it('names the port of its own host, as JMeter does', () => {
    const hostIn = (host: string): string | undefined =>
      /host: (.*)\r/i.exec(requestOf(shapeOf({ headers: [['host', host]] }), '/', [], null).wire)?.[1];
    expect([hostIn('other.test'), hostIn('other.test:99')]).toEqual(['other.test:81', 'other.test:99']);
  });

  it('keeps no connection that its own header closes', () => {
    expect(shapeOf({ headers: [['connection', 'foo, Close']] }).keepAlive).toBe(false);
    expect(shapeOf({ keepAlive: false }).start + shapeOf({ keepAlive: false }).pieces[0]).toContain(
      'Connection: close',
    );
  });

  it('says of a body in parts what its boundary is, whatever its headers say', () => {
    const shape = shapeOf({
      method: 'POST',
      contentType: 'multipart/form-data; boundary=B',
      headers: [
        ['Content-Type', 'text/plain'],
        ['A', null],
      ],
    });
    expect(requestOf(shape, '/', ['b'], 'x').wire.match(/content-type: .*|A: b/gi)).toEqual([
      'A: b',
      'Content-Type: multipart/form-data; boundary=B',
    ]);
  });

  it('takes headers more', () => {
    const request = requestOf(shapeOf({ headers: [['A', null]] }), '/', ['b'], 'x');
    const { wire, wireBytes } = withHeaders(request, 'C: d\r\n');
    expect(wire).toContain('A: b\r\nC: d\r\nContent-Length: 1\r\n');
    expect(wireBytes).toBe(wire.length);
  });

  it('goes without one of its own headers', () => {
    const headers = [
      ['A', null],
      ['Cookie', null],
      ['B', null],
    ] as const;
    const { wire } = withoutHeader(requestOf(shapeOf({ headers }), '/', ['1', '2', '3'], null), 'cookie', origins);
    expect(wire).toContain('A: 1\r\nB: 3\r\nHost');
  });
});

describe('a target', () => {
  it.each([
    ['/a?b=c', '/a?b=c'],
    ['a', '/a'],
    ['?a=1', '/?a=1'],
    ['', '/'],
    ['/frag?a=1#top', '/frag?a=1'],
    ['/q?', '/q?'],
    ['/q?#top', '/q?'],
    ['/q??', '/q??'],
    ['/é/€?q=ü', '/%C3%A9/%E2%82%AC?q=%C3%BC'],
    ['/nfd/e\u0301', '/nfd/%C3%A9'],
    ['/sp ace?a=b c', '/sp%20ace?a=b%20c'],
    ['/v1?b=[1]', '/v1?b=[1]'],
    ['/é?b=[1]%20', '/%C3%A9?b=[1]%20'],
    ['/x//y/../z/./w;p=1?q=//', '/x/y/../z/./w;p=1?q=//'],
    ['/enc%2Fpath%20x?a=%41&b=+', '/enc%2Fpath%20x?a=%41&b=+'],
    ["/%7e~!$&'()*+,;=:@-._?u=http://x/y?z&r=a:b@c,d", "/%7e~!$&'()*+,;=:@-._?u=http://x/y?z&r=a:b@c,d"],
  ])('%s is sent as %s, as recorded from JMeter 5.6.3', (text, expected) => expect(encodeTarget(text)).toBe(expected));

  it.each(['/a|b', '/?q="', '/[1]', '/{2}', '/^', '/`', '/\\z', '/%zz', '/%4', '/<', '/?>', '/a\rb', '/a\nb'])(
    '%j is none, as in JMeter',
    (text) => expect(encodeTarget(text)).toMatchObject({ type: 'url' }),
  );

  it('takes parameters behind its query', () => {
    expect(appendQuery('/a', [['b', 'c d']], null)).toBe('/a?b=c+d');
    expect(appendQuery('/a?x=1&', [['b', 'é']], 'ISO-8859-1')).toBe('/a?x=1&&b=%E9');
    expect(appendQuery('/a?x', [], null)).toBe('/a?x');
  });

  it('of an address that a response named is encoded where it must be', () => {
    expect(targetOf(new URL('http://a/b//c|d?e=`{}&f=%zz%20'))).toBe('/b/c%7Cd?e=%60%7B%7D&f=%25zz%20');
  });
});

describe('a redirect', () => {
  const from = (changes: Partial<ShapeParts> = {}): Http1Request =>
    requestOf(
      shapeOf({
        headers: [
          ['X', null],
          ['Authorization', 't'],
        ],
        ...changes,
      }),
      '/rel/a?x',
      ['y'],
      'body',
    );
  const leadsTo = (location: string): string | undefined => {
    const next = redirected(from(), location, origins);
    return 'type' in next ? next.type : next.url;
  };

  it.each([
    ['/b', 'http://shop.test:81/b'],
    ['b/../c?x=1#frag', 'http://shop.test:81/rel/c?x=1'],
    ['?q=2', 'http://shop.test:81/rel/?q=2'],
    ['', 'http://shop.test:81/rel/a?x'],
    ['//other.test/b', 'http://other.test/b'],
    ['https://other.test', 'https://other.test/'],
    ['/sp ace', 'http://shop.test:81/sp%20ace'],
    ['/\xc3\xa9', 'http://shop.test:81/%C3%83%C2%A9'],
    ['ftp://other.test/', 'redirect'],
    ['http://[bad', 'redirect'],
  ])('to %s leads to %s', (location, expected) => expect(leadsTo(location)).toBe(expected));

  it('becomes a GET without a body, with the headers', () => {
    const next = redirected(from({ method: 'POST', contentType: 'text/plain' }), '/b', origins);
    expect('type' in next ? null : next.wire).toBe(
      'GET /b HTTP/1.1\r\nConnection: keep-alive\r\nX: y\r\nAuthorization: t\r\nHost: shop.test:81\r\nUser-Agent: agent\r\n\r\n',
    );
  });

  it('tells another host no secrets', () => {
    expect(headersFor(from(), new URL('https://shop.test/'))).toEqual([
      ['X', 'y'],
      ['Authorization', 't'],
    ]);
    expect(headersFor(from(), new URL('http://other.test/'))).toEqual([['X', 'y']]);
  });

  it.each([
    [300, 'GET', false],
    [301, 'POST', true],
    [302, 'PUT', true],
    [303, 'DELETE', true],
    [304, 'GET', false],
    [305, 'GET', false],
    [307, 'GET', true],
    [307, 'HEAD', true],
    [307, 'POST', false],
    [308, 'POST', true],
  ] as const)('%i after %s: %s', (code, method, expected) => {
    expect(isRedirect(code, shapeOf({ method }))).toBe(expected);
  });
});
