// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of scenarios.
/** What servers answer, by chance: a dozen addresses that set cookies, redirect, may be kept, are HTML, JSON, XML, packed, or fail. */
import fc from 'fast-check';
import { mapping, seldom } from './seldom.ts';

/** An answer as corpus files write it. */
export type WrittenAnswer = Record<string, unknown>;

export const routes = [
  '/',
  '/text',
  '/json',
  '/page.html',
  '/xml',
  '/moved',
  '/kept',
  '/fails',
  '/d/a',
  '/d/b/c',
  '/d/moved',
  '/mixed',
] as const;

const TEXTS = [
  'token=abc; id=17; id=18; name="Ada L"; <b>bold</b> end',
  'id=1\nid=22\n\ntoken=x+y/z=\n',
  'ok',
  '',
  'ünï token=ü; id=٣; 100% {a} ${v} \\1 $1',
  '   padded   ',
];

const JSONS = [
  '{"id": 7, "name": "a b", "items": [{"id": 1, "name": "x"}, {"id": 22, "name": "y", "tags": ["p", "q"]}], "nul": null, "ok": true}',
  '{"items": [], "name": "", "id": "7", "nested": {"id": 1.50, "b": {"id": 1e3, "c": false}}}',
  '[{"id": 1}, {"id": 2, "name": null}, 3, "four"]',
  '{"broken": ',
  '{"name": "ü\\u00e9\\n\\"q\\"", "id": 12345678901234567890, "a b": "spaced", "items": [[1, 2], [3]]}',
];

const PAGES = [
  '<html><body><form><input type="hidden" name="csrf" value="t=0/1+2"><input name="user"></form><p id="x">One <b>two</b></p><a href="/text?a=1&amp;b=2">next</a></body></html>',
  '<html><head><link rel="stylesheet" href="/d/a"><script src="text"></script></head><body><img src="/kept"><img src="/kept#2"><ul><li>1</li><li>2</li></ul></body></html>',
  '<!DOCTYPE html><base href="/d/"><img src=a><img src="b/c?x=1&y=2"><iframe src="/page.html"></iframe><p>three',
  '<div><p>broken <b>one<p>two</div><img src="/fails"><img src="/moved"><input type="image" src="/mixed"><table background="/text"><tr><td>1<td>2</table>',
  'no tags, token=abc',
];

const DOCUMENTS = [
  '<r><item id="1">one</item><item id="22">two <b>bold</b></item><empty/></r>',
  '<r xmlns:x="u:x"><x:a>1</x:a><a k="v">  2  </a><a/></r>',
  '<r><open></r>',
];

const JSON_TYPES = ['application/json', 'application/json;charset=utf-8', 'text/plain', 'text/html'];
const PAGE_TYPES = [
  'text/html',
  'text/html; charset=utf-8',
  'application/xhtml+xml',
  'TEXT/HTML;charset="utf-8"',
  'text/plain',
];

const LOCATIONS = [
  '/text',
  'json?from=moved',
  '/page.html#part',
  'http://target.test/d/a?a=b%20c',
  '/d/b/c?d=é',
  '../xml',
  '?again=1',
  '/kept',
  '/d/moved',
  '/a b',
  '//target.test:target.port/text',
  '/text?q=1?2&r=/',
  '',
];

const COOKIES = [
  'c=1',
  'c=2; Path=/',
  'd=x y; Path=/d',
  'd=z; Path=/d/b',
  'e="quoted"; HttpOnly',
  'f=; Path=/',
  's=1; Secure; Path=/',
  'g=1; Domain=target.test; Path=/',
  'h=1; Domain=elsewhere.test',
  'i=later; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Path=/',
  'c=gone; Expires=Fri, 01 Jan 1999 00:00:00 GMT; Path=/',
  'j=1; Max-Age=1000; Path=/d/',
  'k=a=b&c; Path=/text',
];

const keeping = mapping({
  'Cache-Control': seldom(
    2,
    fc.constantFrom('max-age=100', 'no-cache', 'no-store', 'private, max-age=100', 'max-age=0', 'public'),
  ),
  // A page that has changed is asked for with its new tag, on purpose unlike JMeter.
  ETag: seldom(2, fc.constant('"t1"')),
  'Last-Modified': seldom(2, fc.constant('Wed, 01 Jan 2020 00:00:00 GMT')),
  Expires: seldom(3, fc.constantFrom('Fri, 01 Jan 2100 00:00:00 GMT', 'Wed, 01 Jan 2020 00:00:00 GMT', '0')),
  Vary: seldom(4, fc.constantFrom('Accept', 'User-Agent', 'Cookie', 'X-A', 'Accept-Encoding', '*')),
});

const content: fc.Arbitrary<WrittenAnswer> = fc
  .oneof(
    fc.record({
      body: fc.constantFrom(...TEXTS),
      type: fc.constantFrom('text/plain', 'text/plain; charset=utf-8', 'image/png'),
    }),
    fc.record({ body: fc.constantFrom(...JSONS), type: fc.constantFrom(...JSON_TYPES) }),
    fc.record({ body: fc.constantFrom(...PAGES), type: fc.constantFrom(...PAGE_TYPES) }),
    fc.record({
      body: fc.constantFrom(...DOCUMENTS),
      type: fc.constantFrom('text/xml', 'application/xml', 'text/html'),
    }),
  )
  .map(({ body, type }) => ({ body, headers: { 'Content-Type': type } }));

const moved: fc.Arbitrary<WrittenAnswer> = fc
  .record({ status: fc.constantFrom(301, 302, 303, 307, 308), location: fc.constantFrom(...LOCATIONS) })
  .map(({ status, location }) => ({ status, headers: location === '' ? {} : { Location: location } }));

const failing: fc.Arbitrary<WrittenAnswer> = fc
  .constantFrom(400, 401, 404, 500, 503, 204, 201, 304, 599)
  .map((status) => ({ status, ...(status === 204 || status === 304 ? {} : { body: 'token=failed; id=0' }) }));

const answer: fc.Arbitrary<WrittenAnswer> = fc
  .record({
    base: fc.oneof(
      { weight: 6, arbitrary: content },
      { weight: 2, arbitrary: moved },
      { weight: 1, arbitrary: failing },
    ),
    cookies: seldom(3, fc.array(fc.constantFrom(...COOKIES), { minLength: 1, maxLength: 3 })),
    kept: seldom(4, keeping),
    more: mapping({
      encoding: seldom(6, fc.constantFrom('gzip', 'deflate', 'br')),
      chunked: seldom(5, fc.constant(true)),
      validates: seldom(2, fc.constant(true)),
      close: seldom(8, fc.constant('behind')),
    }),
  })
  .map(({ base, cookies, kept, more }) => ({
    ...base,
    ...more,
    headers: { ...(base.headers as object), ...kept, ...(cookies === undefined ? {} : { 'Set-Cookie': cookies }) },
  }));

/** For each address one answer, or several in turns. */
export const answers: fc.Arbitrary<Record<string, WrittenAnswer[]>> = fc
  .tuple(
    ...routes.map(() =>
      fc.oneof(
        { weight: 4, arbitrary: fc.tuple(answer) },
        { weight: 1, arbitrary: fc.array(answer, { minLength: 2, maxLength: 3 }) },
      ),
    ),
  )
  .map((lists) => Object.fromEntries(lists.map((list, i) => [routes[i]!, list])));
