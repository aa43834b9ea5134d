import { describe, expect, it } from 'vitest';
import { Origins } from '../origins.ts';
import { compileRequest, type Headers, type Http1Request } from '../request.ts';
import { ResponseCache } from './response-cache.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');
const origins = new Origins();

function requestTo(path: string, headers: Headers = [], method: 'GET' | 'POST' | 'HEAD' = 'GET'): Http1Request {
  return compileRequest(
    { method, url: new URL(`http://shop.test${path}`), headers, body: null, keepAlive: true, userAgent: 'test' },
    { followsRedirects: true, needsHead: false, needsBody: false },
    origins,
  );
}

function headOf(headers: Record<string, string>, code = 200): string {
  return `HTTP/1.1 ${code} X\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
}

/** What becomes of the second request, seconds later: no request, or what it asks. */
function second(headers: Record<string, string>, { code = 200, seconds = 1 } = {}): string {
  const cache = new ResponseCache();
  cache.take(requestTo('/'), false, code, headOf(headers, code), NOW_MS);
  const { isFresh, conditions } = cache.look(requestTo('/'), null, NOW_MS + seconds * 1_000);
  return isFresh ? 'none' : conditions.trim().replaceAll('\r\n', ', ');
}

const date = (text: string): string => new Date(text).toUTCString();
const OLD = date('2015-10-21T07:28:00Z');

describe('a copy, as recorded from JMeter 5.6.3', () => {
  it.each<[Record<string, string>, string]>([
    [{ 'Cache-Control': 'max-age=100' }, 'none'],
    [{ 'Cache-Control': 'max-age=0' }, ''],
    [{ 'Cache-Control': 'private, max-age=100, must-revalidate' }, 'none'],
    [{ 'Cache-Control': 'no-store', ETag: '"x"' }, ''],
    [{ 'Cache-Control': 'no-cache', ETag: '"nc"' }, 'If-None-Match: "nc"'],
    [{ 'Cache-Control': 'no-cache, max-age=100', ETag: '"ncma"' }, 'If-None-Match: "ncma"'],
    [{ Expires: date('2026-01-01T00:01:00Z') }, 'none'],
    [{ Expires: date('2025-12-31T00:01:00Z'), ETag: '"ep"' }, 'If-None-Match: "ep"'],
    [{ Expires: '0', 'Last-Modified': OLD }, `If-Modified-Since: ${OLD}`],
    [{ 'Cache-Control': 'public' }, 'none'],
    [{ 'Last-Modified': OLD, Date: date('2026-01-01T00:00:00Z') }, 'none'],
    [{ ETag: 'W/"weak"' }, 'none'],
    [{ ETag: '"e"', 'Last-Modified': OLD }, 'none'],
    [{ 'Cache-Control': 'max-age=100', Vary: '*' }, ''],
    [{ 'Cache-Control': 'max-age=100', Vary: 'Accept-Encoding' }, 'none'],
    [{ 'CACHE-CONTROL': 'Max-Age=100' }, 'none'],
    [{ 'Cache-Control': 's-maxage=100' }, 'none'],
    [{ Expires: date('2026-01-01T00:01:00Z'), 'Cache-Control': 'max-age=0', ETag: '"x"' }, 'If-None-Match: "x"'],
    [{ Expires: date('2026-01-01T00:01:00Z'), 'Cache-Control': 'public' }, 'none'],
  ])('of a response with %o: %s', (headers, expected) => {
    expect(second(headers)).toBe(expected);
  });

  it('with a max-age that is no number is asked about, where JMeter fails the sample', () => {
    expect(second({ 'Cache-Control': 'max-age=abc', ETag: '"x"' })).toBe('If-None-Match: "x"');
    expect(second({ 'Cache-Control': `max-age=${'9'.repeat(400)}`, ETag: '"x"' })).toBe('If-None-Match: "x"');
  });

  it('is not fresh for ever', () => {
    expect(second({ 'Cache-Control': 'max-age=100', ETag: '"x"' }, { seconds: 99 })).toBe('none');
    expect(second({ 'Cache-Control': 'max-age=100', ETag: '"x"' }, { seconds: 101 })).toBe('If-None-Match: "x"');
    expect(second({ ETag: '"x"' }, { seconds: 366 * 24 * 3_600 })).toBe('If-None-Match: "x"');
    const lastModified = { 'Last-Modified': date('2025-12-31T23:58:20Z'), Date: date('2026-01-01T00:00:00Z') };
    expect([second(lastModified, { seconds: 9 }), second(lastModified, { seconds: 11 })]).toEqual([
      'none',
      `If-Modified-Since: ${lastModified['Last-Modified']}`,
    ]);
  });

  it.each([304, 301, 404, 199])('is not made of a response with %i', (code) => {
    expect(second({ 'Cache-Control': 'max-age=100', ETag: '"x"' }, { code })).toBe('');
  });

  it('asks with both, where there are both', () => {
    expect(second({ 'Cache-Control': 'no-cache', ETag: '"e"', 'Last-Modified': OLD })).toBe(
      `If-Modified-Since: ${OLD}, If-None-Match: "e"`,
    );
  });

  it('is kept for each value of what it varies with', () => {
    const cache = new ResponseCache();
    const asked = (value: string | null): Http1Request => requestTo('/', value === null ? [] : [['X-A', value]]);
    const isFresh = (value: string | null): boolean => cache.look(asked(value), null, NOW_MS).isFresh;
    const take = (value: string): void =>
      cache.take(asked(value), false, 200, headOf({ 'Cache-Control': 'max-age=100', Vary: 'X-A' }), NOW_MS);
    take('1');
    expect([isFresh('1'), isFresh('2'), isFresh(null)]).toEqual([true, false, false]);
    take('2');
    expect([isFresh('1'), isFresh('2'), isFresh(null)]).toEqual([true, true, false]);
  });

  it('is of a GET only', () => {
    const cache = new ResponseCache();
    for (const method of ['POST', 'HEAD'] as const) {
      cache.take(requestTo('/', [], method), false, 200, headOf({ 'Cache-Control': 'max-age=100' }), NOW_MS);
    }
    expect(cache.isEmpty).toBe(true);
  });

  it('is forgotten', () => {
    const cache = new ResponseCache();
    for (let count = 0; count < 40; count++) {
      cache.take(requestTo(`/${count}`), false, 200, headOf({ 'Cache-Control': 'max-age=100' }), NOW_MS);
    }
    expect(cache.look(requestTo('/1'), null, NOW_MS).isFresh).toBe(true);
    cache.clear();
    expect(cache.isEmpty).toBe(true);
    expect(cache.look(requestTo('/1'), null, NOW_MS).isFresh).toBe(false);
  });

  it('goes when there are too many', () => {
    const cache = new ResponseCache();
    const head = headOf({ 'Cache-Control': 'max-age=100' });
    for (let count = 0; count < 5_100; count++) {
      cache.take(requestTo(`/${count}`), false, 200, head, NOW_MS);
      cache.look(requestTo('/0'), null, NOW_MS);
    }
    expect(cache.look(requestTo('/0'), null, NOW_MS).isFresh).toBe(true);
    expect(cache.look(requestTo('/1'), null, NOW_MS).isFresh).toBe(false);
    expect(cache.look(requestTo('/5099'), null, NOW_MS).isFresh).toBe(true);
  });
});
