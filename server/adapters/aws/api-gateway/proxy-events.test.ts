import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProxyEvent, requestOf, resultOf } from './proxy-events.ts';

const eventOf = (event: Partial<ProxyEvent> = {}): ProxyEvent => ({
  httpMethod: 'GET',
  path: '/api/runs',
  headers: {},
  multiValueHeaders: {},
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  body: null,
  isBase64Encoded: false,
  ...event,
});

describe('a request', () => {
  it('keeps its path as it was sent, and gets its parameters encoded again', () => {
    const request = requestOf(
      eventOf({
        path: '/api/scenarios/a/files/b%20c%2Fd%3F.csv',
        headers: { Host: 'api.example' },
        queryStringParameters: { tag: 'b & c', q: 'ö=1' },
        multiValueQueryStringParameters: { tag: ['a', 'b & c'], q: ['ö=1'] },
      }),
    );
    const url = new URL(request.url);
    expect([url.host, url.pathname]).toEqual(['api.example', '/api/scenarios/a/files/b%20c%2Fd%3F.csv']);
    expect(url.searchParams.getAll('tag')).toEqual(['a', 'b & c']);
    expect(url.searchParams.get('q')).toBe('ö=1');
  });

  it('has each value of a header once', () => {
    const request = requestOf(
      eventOf({ headers: { 'X-One': 'b', 'X-Two': 'c' }, multiValueHeaders: { 'X-One': ['a', 'b'] } }),
    );
    expect([request.headers.get('x-one'), request.headers.get('x-two')]).toEqual(['a, b', 'c']);
  });

  it.each([
    ['text', 'größer', false],
    ['base64', Buffer.from('größer').toString('base64'), true],
  ])('has the body that came as %s, and its length', async (_kind, body, isBase64Encoded) => {
    const headers = { 'content-length': '3', 'transfer-encoding': 'chunked' };
    const request = requestOf(eventOf({ httpMethod: 'POST', headers, body, isBase64Encoded }));
    expect(request.headers.get('content-length')).toBe('8');
    expect(request.headers.has('transfer-encoding')).toBe(false);
    expect(await request.text()).toBe('größer');
  });

  it('has no body where none may be', async () => {
    expect(await requestOf(eventOf({ body: 'x' })).text()).toBe('');
  });

  it.each([
    ['another host behind the path', { path: '@evil.example/api' }],
    ['no path', { path: undefined as unknown as string }],
    ['a method that there is not', { httpMethod: 'TRACE' }],
    ['a method that is none', { httpMethod: 'G T' }],
    ['a host that is none', { headers: { host: 'a b' } }],
    ['a header that is none', { headers: { 'a b': 'c' } }],
    ['a header of more lines', { headers: { a: 'b\r\nc: d' } }],
  ])('is refused with %s', (_what, event) => {
    expect(() => requestOf(eventOf(event))).toThrow(expect.objectContaining({ code: 'request_invalid' }));
  });

  it('is one, or is refused, whatever stands in the event', () => {
    const text = fc.string({ unit: 'binary' });
    const event = fc.record({
      httpMethod: fc.oneof(text, fc.constantFrom('GET', 'POST')),
      path: fc.oneof(
        text,
        text.map((path) => `/${path}`),
      ),
      headers: fc.dictionary(text, text),
      queryStringParameters: fc.dictionary(text, text),
      body: fc.option(text),
      isBase64Encoded: fc.boolean(),
    });
    fc.assert(
      fc.property(event, (given) => {
        try {
          expect(new URL(requestOf(eventOf(given)).url).protocol).toBe('https:');
        } catch (error) {
          expect(error).toMatchObject({ code: 'request_invalid' });
        }
      }),
    );
  });
});

describe('an answer', () => {
  it('goes in base64, with every cookie', async () => {
    const answer = new Response(new Uint8Array([0, 255]), { status: 201, headers: { etag: '"1"' } });
    answer.headers.append('set-cookie', 'a=1');
    answer.headers.append('set-cookie', 'b=2');
    expect(await resultOf(answer)).toEqual({
      statusCode: 201,
      multiValueHeaders: { etag: ['"1"'], 'set-cookie': ['a=1', 'b=2'] },
      body: 'AP8=',
      isBase64Encoded: true,
    });
  });

  it('may be empty, and not larger than Lambda takes', async () => {
    expect(await resultOf(new Response(null, { status: 204 }))).toMatchObject({ statusCode: 204, body: '' });
    await expect(resultOf(new Response(new Uint8Array(4_700_000)))).rejects.toMatchObject({ code: 'internal' });
    await expect(resultOf(new Response(new Uint8Array(4_600_000)))).resolves.toMatchObject({ statusCode: 200 });
  });
});
