// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of scenarios.
/** Requests by chance, with what they send, extract and assert. */
import fc from 'fast-check';
import { routes } from './answers-by-chance.ts';
import { mapping, seldom } from './seldom.ts';
import { counted, headerText, lines, text, urlText, variables } from './texts-by-chance.ts';

type Written = Record<string, unknown>;

/** Files that scenarios name, with what is in them. */
export const files = {
  'rows.csv': 'row,more\none,1\ntwo words,2\nü&=,3\n',
  'body.txt': 'from a file ${v}\nü\n',
  'up.bin': { base64: 'AAH+/w==' },
  'up.json': '{"a": 1}',
};

const query = fc
  .array(fc.tuple(urlText, fc.option(urlText, { nil: null, freq: 6 })), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join('&'));

const url: fc.Arbitrary<string> = fc
  .record({
    base: fc.constantFrom('http://target.test', 'http://target.test', 'http://other.test', '', '', ''),
    path: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<string>(...routes) },
      { weight: 1, arbitrary: urlText.map((part) => `/new/${part}`) },
    ),
    query: seldom(2, query),
    fragment: seldom(10, fc.constantFrom('#top', '#')),
  })
  .map(({ base, path, query: pairs, fragment }) => `${base}${path}${pairs ? `?${pairs}` : ''}${fragment ?? ''}`);

const formBody = fc.dictionary(
  fc.oneof(fc.constantFrom('a', 'b', 'c d', 'é', 'x[]'), fc.constant('${v}')),
  fc.oneof({ weight: 4, arbitrary: counted }, { weight: 1, arbitrary: fc.constantFrom<unknown>(1, 1.5, -3) }),
  { maxKeys: 4 },
);

const jsonBody = fc
  .record({
    text,
    list: fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), text), { maxLength: 3 }),
    more: fc.constantFrom(null, true, 1.5, {}),
  })
  .map(({ text: a, list, more }) => ({ a, list, more }));

const upload = mapping({
  param: fc.constantFrom('p', 'q', 'two words', 'é'),
  path: fc.constantFrom('up.bin', 'up.json', 'body.txt'),
  'mime-type': seldom(3, fc.constantFrom('text/x', 'application/octet-stream')),
});

const sent: fc.Arbitrary<Written> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: lines.map((body) => ({ body })) },
  { weight: 3, arbitrary: formBody.map((body) => ({ body })) },
  { weight: 1, arbitrary: jsonBody.map((body) => ({ body, headers: { 'Content-Type': 'application/json' } })) },
  { weight: 1, arbitrary: fc.constant({ 'body-file': 'body.txt' }) },
  {
    weight: 1,
    arbitrary: fc
      .record({ uploads: fc.array(upload, { minLength: 1, maxLength: 2 }), body: seldom(2, formBody) })
      .map(({ uploads, body }) => ({ 'upload-files': uploads, ...(body === undefined ? {} : { body }) })),
  },
);

export const headers = fc.dictionary(
  fc.constantFrom('X-A', 'x-b', 'Accept', 'Accept-Language', 'Referer', 'Content-Type', 'Cookie'),
  headerText,
  {
    maxKeys: 2,
  },
);

const matchNumber = fc.constantFrom(1, 1, 2, 5, -1);

const byVariable = (one: fc.Arbitrary<unknown>): fc.Arbitrary<Written> =>
  fc.dictionary(fc.constantFrom<string>(...variables), one, { minKeys: 1, maxKeys: 2 });

const byRegexp = mapping({
  regexp: fc.constantFrom(
    'token=(\\w+)',
    'id=(\\d+)',
    '(i)(d)=(\\d)(x)?',
    '<b>(.*?)</b>',
    '"(\\w+)": (\\d+)',
    '^(\\d)',
    '(?i)TOKEN=(\\S+)',
    'nothing(x)',
    'id',
    'HTTP/1.1 (\\d+)',
  ),
  'match-no': seldom(2, matchNumber),
  template: seldom(3, fc.constantFrom<unknown>(0, 2, '$1$-$2$', '$0$', 'x')),
  default: seldom(3, fc.constantFrom('', 'fallback', '${w}')),
  subject: seldom(5, fc.constantFrom('headers', 'http-code', 'url', 'body')),
  scope: seldom(10, fc.constantFrom('all', 'children')),
});

const byPath = mapping({
  jsonpath: fc.constantFrom(
    '$.id',
    '$..id',
    '$.items[*].id',
    '$.items[?(@.id > 1)].name',
    '$.items[-1]',
    '$.none',
    '$.items',
    '$.nul',
    "$['a b']",
    '$.nested.b',
    '$[0].id',
    '$.items[0:2].id',
    '$.name',
  ),
  'match-no': matchNumber,
  default: seldom(3, fc.constantFrom('', 'fallback')),
  concat: seldom(6, fc.constant(true)),
});

const byCss = mapping({
  expression: fc.constantFrom('b', 'input[name=csrf]', 'li', 'p', '#x', 'a', 'img', 'td:eq(1)', 'none'),
  attribute: seldom(2, fc.constantFrom('value', 'href', 'src')),
  'match-no': matchNumber,
  default: seldom(3, fc.constantFrom('', 'fallback')),
});

/** Without the tolerant parser: ours reads elements that JMeter's does not know. */
const byXpath = mapping({
  xpath: fc.constantFrom('//b', '//item/@id', 'count(//item)', 'string(//a)', '//p', '//a[2]', '//none', '/r/item[1]'),
  'match-no': seldom(2, matchNumber),
  default: seldom(3, fc.constantFrom('', 'fallback')),
});

const assertion = fc.oneof(
  text,
  mapping({
    contains: fc.array(fc.oneof(text, fc.constantFrom('token', 'id=\\d+', '^ok$', '200', '[45]\\d\\d', 'b>two', '.')), {
      minLength: 1,
      maxLength: 2,
    }),
    subject: seldom(3, fc.constantFrom('headers', 'http-code', 'body')),
    regexp: seldom(3, fc.boolean()),
    not: seldom(4, fc.constant(true)),
    'assume-success': seldom(4, fc.constant(true)),
  }).map(({ not, ...asserted }) =>
    // What did not come is no success, on purpose unlike JMeter.
    asserted['assume-success'] === true || not === undefined ? asserted : { ...asserted, not },
  ),
);

const pathAssertion = mapping({
  jsonpath: fc.constantFrom('$.id', '$.items[*].id', '$.name', '$.nul', '$.none', '$.items', '$'),
  validate: seldom(2, fc.constant(true)),
  'expected-value': seldom(2, fc.constantFrom('7', '"a b"', 'a b', '[0-9]+', 'null', '${v}')),
  regexp: seldom(3, fc.boolean()),
  'expect-null': seldom(5, fc.constant(true)),
  invert: seldom(5, fc.constant(true)),
});

const xpathAssertion = mapping({
  xpath: fc.constantFrom('//b', '//item', 'count(//item) > 1', '//none', '//p'),
  invert: seldom(5, fc.constant(true)),
});

const listOf = (one: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> => fc.array(one, { minLength: 1, maxLength: 2 });

export const request: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: url },
  {
    weight: 6,
    arbitrary: fc
      .record({
        base: mapping({
          url,
          method: seldom(2, fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'GET', 'post')),
          label: seldom(
            3,
            // One that turns out empty is the url, on purpose: Taurus would count it as all requests together.
            fc.oneof(
              text.map((label) => `to ${label}`),
              fc.constantFrom('first', 'second'),
            ),
          ),
          headers: seldom(4, headers),
        }),
        sent,
        looks: mapping({
          'extract-regexp': seldom(4, byVariable(byRegexp)),
          'extract-jsonpath': seldom(5, byVariable(byPath)),
          'extract-css-jquery': seldom(8, byVariable(byCss)),
          'extract-xpath': seldom(8, byVariable(byXpath)),
          assert: seldom(5, listOf(assertion)),
          'assert-jsonpath': seldom(10, listOf(pathAssertion)),
          'assert-xpath': seldom(12, listOf(xpathAssertion)),
        }),
        settings: mapping({
          'follow-redirects': seldom(8, fc.boolean()),
          keepalive: seldom(10, fc.boolean()),
          'content-encoding': seldom(15, fc.constantFrom('utf-8', 'iso-8859-1')),
        }),
      })
      .map(({ base, sent: body, looks, settings }) => {
        const merged = { ...(body.headers as object), ...(base.headers as object) };
        return {
          ...base,
          ...body,
          ...looks,
          ...settings,
          ...(Object.keys(merged).length > 0 ? { headers: merged } : {}),
        };
      }),
  },
);
