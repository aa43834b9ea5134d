// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestStep } from './fixtures/flows.ts';
import { flowText, problemsOf, read, requestProblemsOf, requestsIn, stepOf } from './fixtures/texts.ts';
import { requestsOf } from './walk-steps.ts';

const constant = (seconds: number) => ({ kind: 'constant', seconds });

describe('a request', () => {
  it('has Taurus defaults', () => {
    const { scenario } = read(flowText('requests:\n- http://h/a?b=c'));
    expect(scenario.flows.s?.steps).toEqual([requestStep({ label: 'http://h/a?b=c', url: 'http://h/a?b=c' })]);
  });

  it('takes what the scenario says for all, unless it says otherwise itself', () => {
    const { scenario } = read(
      flowText(`
default-address: https://h
headers: {Accept: a, X-Flow: f}
timeout: 5s
think-time: 1s
follow-redirects: false
requests:
- /one
- url: /two
  headers: {accept: b, X-Own: o}
  timeout: 500ms
  think-time: 0
  follow-redirects: true`),
    );
    const [one, two] = requestsOf(scenario.flows.s?.steps ?? []);
    expect(one).toMatchObject({ timeoutSeconds: 5, thinkTime: constant(1), followRedirects: false });
    expect(one?.headers).toEqual([
      ['Accept', 'a'],
      ['X-Flow', 'f'],
    ]);
    expect(two).toMatchObject({ timeoutSeconds: 0.5, thinkTime: constant(0), followRedirects: true });
    expect(two?.headers).toEqual([
      ['accept', 'b'],
      ['X-Own', 'o'],
      ['X-Flow', 'f'],
    ]);
  });

  it.each([
    ['url: /a', { url: '/a', label: '/a' }],
    ['url: a/b', { url: '/a/b', label: 'a/b' }],
    ['url: "?x=1"', { url: '/?x=1' }],
    ['url: http://other/a', { url: 'http://other/a' }],
    ['url: HTTPS://other:444/', { url: 'HTTPS://other:444/' }],
    ['url: http://[::1]:80/', { url: 'http://[::1]:80/' }],
    ['{url: /a, label: Shop}', { label: 'Shop' }],
    ['{url: /a, label: 5}', { label: '5' }],
    ['{url: /a, method: post}', { method: 'POST' }],
    ['{url: /a, method: Options}', { method: 'OPTIONS' }],
    [
      '{url: /a, headers: {X-Version: 1.0, X-Count: 3, X-Text: " t "}}',
      {
        headers: [
          ['X-Version', '1.0'],
          ['X-Count', '3'],
          ['X-Text', 't'],
        ],
      },
    ],
    ['{url: /a, headers: }', { headers: [] }],
    ['{url: /a, timeout: 1m, think-time: 100ms}', { timeoutSeconds: 60, thinkTime: constant(0.1) }],
    [
      '{url: /a, think-time: "Uniform(1s, 500ms)"}',
      { thinkTime: { kind: 'uniform', meanSeconds: 1, rangeSeconds: 0.5 } },
    ],
    [
      '{url: /a, think-time: "gaussian(2 1.5)"}',
      { thinkTime: { kind: 'gaussian', meanSeconds: 2, deviationSeconds: 1.5 } },
    ],
    [
      '{url: /a, think-time: "poisson(1s,300ms)"}',
      { thinkTime: { kind: 'poisson', lambdaSeconds: 0.7, offsetSeconds: 0.3 } },
    ],
    ['{url: /ä b}', { url: '/ä b' }],
    ['{url: "/?a[]=%20"}', { url: '/?a[]=%20' }],
    ['{url: /a, headers: {X: yes, Content-Length: 5}}', { headers: [['X', 'True']] }],
    [
      '{url: /a, keepalive: false, random-source-ip: true, content-encoding: ISO-8859-1}',
      { keepAlive: false, randomSourceIp: true, contentEncoding: 'ISO-8859-1' },
    ],
    ['{url: /a, keepalive: true, random-source-ip: false}', {}],
    ['{url: /a, extract-jsonpath: , body: }', { body: null }],
  ])('reads %j', (keywords, expected) => {
    expect(stepOf(keywords)).toMatchObject(expected);
  });

  it('keeps variables where they may stand', () => {
    const step = stepOf(
      '{url: "/p/${id}?q=${id}", label: "p ${id}", headers: {X: "${id}"}, method: POST, body: "id ${id}", assert: ["n${id}"]}',
    );
    expect(step).toMatchObject({
      url: '/p/${id}?q=${id}',
      label: 'p ${id}',
      headers: [['X', '${id}']],
      body: { text: 'id ${id}' },
    });
    expect(step.assertions[0]).toMatchObject({ contains: ['n${id}'] });
  });

  it('keeps variables in scheme, host and port, and checks what is known of them', () => {
    const text = (url: string, more = '') =>
      flowText(`variables: {base: "http://h:80", host: h2, port: 81, bad: "a b"}\nrequests: ["${url}"${more}]`);
    for (const url of [
      '${base}/x/${id}',
      'https://${host}:${port}/${id}?a=${id}',
      '${__P(base)}/x',
      'http://${__P(h,a/b)}/c',
    ]) {
      expect(requestsIn(text(url))[0]?.url).toBe(url);
    }
    expect(problemsOf(text('${host}/x'))[0]).toContain('has no host');
    expect(problemsOf(text('http://${bad}/x'))).toEqual([
      'scenarios.s.requests[0]: "http://a b/x" is not a valid address',
    ]);
    expect(problemsOf(text('http://${bad}/x', ', {set-variables: {bad: ok}}'))).toEqual([]);
    expect(problemsOf(text('${host}/x', ', {url: "http://h/", extract-regexp: {host: a(b)}}'))).toEqual([]);
  });

  it('takes the scheme of the default address where a url has a host but no scheme', () => {
    expect(stepOf('//other/a').url).toBe('http://other/a');
    expect(requestsIn(flowText('default-address: https://h\nrequests: [//other/a]'))[0]?.url).toBe('https://other/a');
  });

  it.each([
    ['5', ': 5 is not a request: a url or a mapping is expected'],
    ['[a]', ': a list is not a request: a url or a mapping is expected'],
    ['', ': nothing is not a request: a url or a mapping is expected'],
    ['{label: a}', '.url: is missing'],
    ['{url: , label: a}', '.url: is missing'],
    ['{url: ""}', '.url: is empty'],
    ['{url: [a]}', '.url: a list is not a text'],
    ['{url: ftp://h/}', '.url: "ftp://h/" is not an address with http:// or https://'],
    ['{url: "javascript:alert(1)"}', '.url: "javascript:alert(1)" is not an address with http:// or https://'],
    ['{url: "http://"}', '.url: "http://" is not a valid address'],
    ['{url: "http://h:99999/"}', '.url: "http://h:99999/" is not a valid address'],
    [
      '{url: "http://u:p@h/"}',
      '.url: holds a user name or password, which would show in reports; use authorization, or send an Authorization header',
    ],
    ['{url: "/a\\r\\nX: y"}', '.url: holds "\\r", which a url cannot carry: write %0D'],
    ['{url: "/a\\0"}', '.url: holds "\\u0000", which a url cannot carry: write %00'],
    ['{url: "/a\\\\b"}', '.url: holds "\\\\", which a url cannot carry: write %5C'],
    ['{url: "/a|b"}', '.url: holds "|", which a url cannot carry: write %7C'],
    ['{url: "/a[b]?c[]=d"}', '.url: holds "[", which a url cannot carry: write %5B'],
    ['{url: "/?a=5%"}', '.url: holds a % that no two hexadecimal digits follow: write %25'],
    ['{url: "/${id}?a=%4"}', '.url: holds a % that no two hexadecimal digits follow: write %25'],
    ['{url: "/${tricky}"}', '.url: holds "\\n", which a url cannot carry: write %0A'],
    ['{url: "/${__nope()}"}', expect.stringMatching(/^\.url: .*__nope/)],
    ['{url: "/${__Random(1)}"}', expect.stringMatching(/^\.url: .*__Random/)],
    ['{url: /a, label: "${__nope()}"}', expect.stringMatching(/^\.label: .*__nope/)],
    ['{url: /a, protocol: mqtt}', '.protocol: not supported by the native engine yet; write http'],
    [
      '{url: /a, content-encoding: utf-9}',
      '.content-encoding: "utf-9" is not an encoding that bodies can be sent in; did you mean utf-8?',
    ],
    ['{url: /a, label: ""}', '.label: is empty'],
    ['{url: /a, label: "a\\nb"}', '.label: holds a control character (such as a line break)'],
    [
      `{url: /a, label: ${'x'.repeat(1001)}}`,
      '.label: is longer than 1000 characters (without a label, the url is the label)',
    ],
    ['{url: /a, label: true}', '.label: true is not a text: put it in quotes'],
    [
      '{url: /a, method: FETCH}',
      '.method: "FETCH" is not a method that can be sent: one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS is expected',
    ],
    ['{url: /a, method: PSOT}', '.method: "PSOT" is not a method that can be sent; did you mean POST?'],
    [
      '{url: /a, method: "GET / HTTP/1.1\\r\\nX:"}',
      '.method: "GET / HTTP/1.1\\r\\nX:" is not a method that can be sent: one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS is expected',
    ],
    ['{url: /a, headers: [a]}', '.headers: a list is not a mapping'],
    [
      '{url: /a, headers: {"X Y": 1}}',
      '.headers["X Y"]: is not a header\'s name: letters, digits and dashes are expected',
    ],
    [
      '{url: /a, headers: {"X:": 1}}',
      '.headers["X:"]: is not a header\'s name: letters, digits and dashes are expected',
    ],
    [
      '{url: /a, headers: {"X\\r\\nY": 1}}',
      '.headers["X\\r\\nY"]: is not a header\'s name: letters, digits and dashes are expected',
    ],
    ['{url: /a, headers: {X: "a\\r\\nY: b"}}', '.headers.X: holds the character U+000D, which a header cannot carry'],
    ['{url: /a, headers: {X: "a\\0"}}', '.headers.X: holds the character U+0000, which a header cannot carry'],
    ['{url: /a, headers: {X: Ċ}}', '.headers.X: holds the character U+010A, which a header cannot carry'],
    ['{url: /a, headers: {X: "${tricky}"}}', '.headers.X: holds the character U+000A, which a header cannot carry'],
    ['{url: /a, headers: {X: "${__nope()}"}}', expect.stringMatching(/^\.headers\.X: .*__nope/)],
    ['{url: /a, headers: {X: }}', '.headers.X: nothing is not a text'],
    ['{url: /a, headers: {X: 1, x: 2}}', '.headers.x: stands here twice, in different spellings'],
    [
      '{url: /a, headers: {Transfer-Encoding: chunked}}',
      '.headers.Transfer-Encoding: cannot be set: the engine sends bodies with a Content-Length',
    ],
    ['{url: /a, timeout: 0}', '.timeout: must be more than 0'],
    [
      '{url: /a, timeout: soon}',
      '.timeout: "soon" is not a time: write seconds, or numbers with units as in 1m30s (ms, s, m, h, d)',
    ],
    [
      '{url: /a, think-time: "${__P(t)}"}',
      '.think-time: a think time cannot be a variable or a function here; write a time, or uniform(1s, 500ms)',
    ],
    [
      '{url: /a, think-time: "uniform(1s)"}',
      '.think-time: "uniform(1s)" is not a think time: uniform(1s, 500ms), gaussian(...) and poisson(...) are',
    ],
    ['{url: /a, think-time: "poisson(1s, 2s)"}', '.think-time: "poisson(1s, 2s)": the first time must not be shorter'],
    ['{url: /a, follow-redirects: "no"}', '.follow-redirects: "no" is neither true nor false'],
    [
      '{url: /a, jsr223: vars.put()}',
      '.jsr223: not supported by the native engine yet; it needs the Taurus engine: write loadstar.engine: taurus, or use extractors, set-variables and functions such as __jexl3 instead of scripts',
    ],
    ['{url: /a, lable: x}', '.lable: not a keyword of a request; did you mean label?'],
    [
      '{url: /a, ~label: x}',
      '.~label: the prefix ~ takes effect where files are merged, and not inside list items; write label',
    ],
    ['{url: /a, xyzzy: x}', '.xyzzy: not a keyword of a request'],
  ])('says what is wrong with %j', (keywords, problem) => {
    expect(requestProblemsOf(keywords)).toEqual([problem]);
  });

  it('says everything that is wrong at once', () => {
    expect(
      requestProblemsOf(
        '{url: "ftp://h/", method: X, timeout: -1, headers: {"a b": 1}, assert: {contains: a, subject: b}, body-file: /etc/passwd}',
      ),
    ).toEqual([
      '.timeout: -1 is not a time: write seconds, or numbers with units as in 1m30s (ms, s, m, h, d)',
      '.method: "X" is not a method that can be sent: one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS is expected',
      '.headers["a b"]: is not a header\'s name: letters, digits and dashes are expected',
      '.body-file: "/etc/passwd" is not a file inside the folder of the scenario',
      '.assert.subject: b is not a part of a response that can be looked into: body, headers, http-code are',
      '.url: "ftp://h/" is not an address with http:// or https://',
    ]);
  });
});

describe('whatever stands in a header or url', () => {
  it('never leaves its line in the request', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(text, text, (url, value) => {
        const written = JSON.stringify({ url: `/${url}`, headers: { X: value } }).replaceAll('\u007f', '\\u007f');
        let step: ReturnType<typeof stepOf>;
        try {
          step = stepOf(written);
        } catch {
          return;
        }
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
        expect(step.url).not.toMatch(/[\0-\x1f\x7f"<>\\^`{|}]/);
        expect(step.headers[0]?.[1]).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
      }),
    );
  });
});
