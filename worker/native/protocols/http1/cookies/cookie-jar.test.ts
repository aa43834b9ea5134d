import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCookieDate } from './cookie-date.ts';
import { CookieJar } from './cookie-jar.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

interface At {
  host?: string;
  path?: string;
  isSecure?: boolean;
}

/** A jar after responses of a host and path with these Set-Cookie headers. */
function jarOf(
  setCookies: string[],
  { host = 'www.shop.test', path = '/' }: At = {},
  jar = new CookieJar(),
): CookieJar {
  const lines = setCookies.map((text) => `Set-Cookie: ${text}\r\n`).join('');
  jar.take(`HTTP/1.1 200 OK\r\nX: set-cookie: no=1\r\n${lines}\r\n`, host, path, NOW_MS);
  return jar;
}

function sent(jar: CookieJar, { host = 'www.shop.test', path = '/', isSecure = false }: At = {}): string {
  return jar.valueFor(host, path, isSecure);
}

describe('cookies as JMeter sends them (recorded from 5.6.3)', () => {
  const jar = jarOf([
    'plain=1',
    'p2=2; Path=/',
    'deep=3; Path=/a/b',
    'h=4; HttpOnly; Path=/',
    'sec=5; Secure; Path=/',
    'q="quoted; x"; Path=/',
    'sp= spaced value ; Path=/',
    '=noname',
    'noeq; Path=/',
    'empty=; Path=/',
    'dup=1; Path=/',
    'dup=2; Path=/',
    'dup=3; Path=/a',
    'Dup=4; Path=/',
  ]);
  const atRoot = 'plain=1; p2=2; h=4; q="quoted; x"; sp="spaced value"; dup=2; Dup=4';
  it.each([
    ['/', atRoot],
    ['/a/b/c', `deep=3; dup=3; ${atRoot}`],
    ['/a/bc', `dup=3; ${atRoot}`],
    ['/a', `dup=3; ${atRoot}`],
    ['/ab', atRoot],
  ])('to %s', (path, expected) => expect(sent(jar, { path })).toBe(expected));

  it('that are secure, over TLS only', () => {
    expect(sent(jar, { isSecure: true })).toContain('sec=5');
  });

  it('of odd spelling', () => {
    const odd = jarOf(
      [
        'q1="abc"; Path=/',
        'q2="a\\"b"; Path=/',
        'q3=a"b; Path=/',
        'q4=a\\b; Path=/',
        'q5=  a   b  ; Path=/',
        'q6="unclosed; Path=/',
        'q7 = x ; Path=/',
        'q 8=y; Path=/',
        'q9=x; path=/; DOMAIN=127.0.0.1',
        'q10=a%20b; Path=/',
        'q11=x;Path="/"',
        'q12=x; Path=/; Domain="127.0.0.1"',
        'q13=ab\tc; Path=/',
        'q14=[]{}()<>@:/?=; Path=/',
        'c=x,y; Path=/',
        'eq=a=b=c; Path=/',
        'Path=/',
        'a=1; Path=/,b=2; Path=/',
      ],
      { host: '127.0.0.1' },
    );
    expect(sent(odd, { host: '127.0.0.1' })).toBe(
      'q1=abc; q2="a\\"b"; q3="ab; Path=/"; q4="a\\\\b"; q5="a b"; q6="unclosed; Path=/"; q7=x; q 8=y; q9=x; q10=a%20b; q13="ab c"; q14=[]{}()<>@:/?=; c="x,y"; eq=a=b=c; Path=/; a=1',
    );
  });

  it('by domain', () => {
    const domains = jarOf(
      [
        'host=1',
        'dom=1; Domain=example.com',
        'dot=1; Domain=.example.com',
        'own=1; Domain=www.shop.example.com',
        'com=1; Domain=com',
        'other=1; Domain=other.com',
        'sub=1; Domain=x.www.shop.example.com',
        'none=1; Domain=',
        'UP=1; Domain=EXAMPLE.COM',
        'two=1; Domain=foo.com; Domain=example.com',
        'tail=1; Domain=ple.com',
      ],
      { host: 'www.shop.example.com' },
    );
    expect(sent(domains, { host: 'www.shop.example.com' })).toBe('host=1; dom=1; dot=1; own=1; com=1; UP=1; two=1');
    expect(sent(domains, { host: 'other.example.com' })).toBe('dom=1; dot=1; com=1; UP=1; two=1');
    expect(sent(domains, { host: 'x.www.shop.example.com' })).toBe('dom=1; dot=1; own=1; com=1; UP=1; two=1');
    expect(sent(domains, { host: 'example.com' })).toBe('dom=1; dot=1; com=1; UP=1; two=1');
    expect(sent(domains, { host: 'badexample.com' })).toBe('com=1');
  });

  it('by path', () => {
    const paths = jarOf(
      [
        'def=1',
        'none=1; Path=',
        'rel=1; Path=rel',
        'dir=1; Path=/dir',
        'dirs=1; Path=/dir/',
        'full=1; Path=/dir/sub/page',
      ],
      { path: '/dir/sub/page' },
    );
    expect(sent(paths)).toBe('none=1');
    expect(sent(paths, { path: '/dir' })).toBe('dirs=1; dir=1; none=1');
    expect(sent(paths, { path: '/dirt' })).toBe('none=1');
    expect(sent(paths, { path: '/dir/sub/x' })).toBe('def=1; dirs=1; dir=1; none=1');
    expect(sent(paths, { path: '/dir/sub/page' })).toBe('full=1; def=1; dirs=1; dir=1; none=1');
  });

  it('an address has no domains below it', () => {
    expect(sent(jarOf(['a=1; Domain=0.0.1'], { host: '127.0.0.1' }), { host: '127.0.0.1' })).toBe('');
  });
});

describe('a cookie that expires', () => {
  const future = 'Wed, 21 Oct 2099 07:28:00 GMT';
  const past = 'Wed, 21 Oct 2015 07:28:00 GMT';
  it.each([
    ['a=1; Max-Age=100000000000', 'a=1'],
    ['a=1; Max-Age=0', ''],
    ['a=1; Max-Age=-5', ''],
    ['a=1; Max-Age=soon', 'a=1'],
    [`a=1; Max-Age=soon; Expires=${past}`, 'a=1'],
    [`a=1; Max-Age=100000000000; Expires=${past}`, 'a=1'],
    [`a=1; Max-Age=0; Expires=${future}`, ''],
    [`a=1; Expires=${future}`, 'a=1'],
    [`a=1; Expires=${past}`, ''],
    ['a=1; Expires=whenever', 'a=0'],
    ['a=1; Expires=0', 'a=0'],
    ['a=; Path=/', ''],
  ])('%s', (setCookie, expected) => {
    expect(sent(jarOf([setCookie], {}, jarOf(['a=0'])))).toBe(expected);
  });

  it('is not sent any more', () => {
    const jar = new CookieJar();
    const cookie = { name: 'a', value: '1', domain: 'h', hasSubdomains: false, path: '/', isSecure: false };
    jar.add({ ...cookie, expiresAtMs: Date.now() - 1 }, 0);
    jar.add({ ...cookie, name: 'b', expiresAtMs: Number.POSITIVE_INFINITY }, 0);
    expect(jar.valueFor('h', '/', false)).toBe('b=1');
  });

  it.each([
    ['Wed, 21 Oct 2099 07:28:00 GMT', '2099-10-21T07:28:00.000Z'],
    ['Wednesday, 21-Oct-99 07:28:00 GMT', '1999-10-21T07:28:00.000Z'],
    ['Wed Oct 21 07:28:00 2099', '2099-10-21T07:28:00.000Z'],
    ['Wed, 21-Oct-2099 07:28:00 GMT', '2099-10-21T07:28:00.000Z'],
    ['21 Oct 69 7:8:9', '2069-10-21T07:08:09.000Z'],
  ])('date %s', (text, expected) => {
    expect(new Date(parseCookieDate(text) ?? 0).toISOString()).toBe(expected);
  });

  it.each([
    '',
    'Wed, 32 Oct 2099 07:28:00 GMT',
    'Wed, 21 Oct 2099 24:28:00 GMT',
    'Wed, 21 Oct 1500 07:28:00 GMT',
    'x'.repeat(1e6),
  ])('no date: %#', (text) => expect(parseCookieDate(text)).toBeNull());
});

describe('hostile cookies', () => {
  it('push out older ones when there are too many', () => {
    const jar = jarOf(Array.from({ length: 1_000 }, (_, i) => `c${i}=1`));
    expect(sent(jar).split('; ')).toHaveLength(300);
    expect(sent(jar)).toMatch(/c999=1$/);
  });

  it('stay within bounds, whatever their size', () => {
    const jar = jarOf(Array.from({ length: 200 }, (_, i) => `c${i}=${'x'.repeat(8_000)}`));
    expect(sent(jar).length).toBeLessThan(64 * 1024);
    expect(sent(jarOf([`huge=${'x'.repeat(10_000)}`]))).toBe('');
  });

  it('never break the header, and never take long', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: fc.constantFrom('a', '=', ';', '"', '\\', ' ', ',', '\t', '/', 'Path=/', 'Domain=') }),
        ),
        (texts) => {
          expect(sent(jarOf(texts))).not.toMatch(/[\r\n]/);
        },
      ),
    );
    expect(sent(jarOf(['a="'.repeat(2_000), `${' '.repeat(8_000)}=`]))).toBeTypeOf('string');
  });
});

it('a copy goes its own way', () => {
  const jar = jarOf(['a=1']);
  const copy = jarOf(['b=2'], {}, jar.copy());
  expect([sent(jar), sent(copy)]).toEqual(['a=1', 'a=1; b=2']);
  copy.clear();
  expect([sent(jar), sent(copy)]).toEqual(['a=1', '']);
});
