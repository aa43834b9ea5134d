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
      ['X-Flow', 'f'],
      ['accept', 'b'],
      ['X-Own', 'o'],
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

  it('fills variables into scheme, host and port', () => {
    const text = (url: string) =>
      flowText(`variables: {base: "http://h:80", host: h2, port: 81, id: 5}\nrequests: ["${url}"]`);
    const urlOf = (url: string) => requestsIn(text(url))[0]?.url;
    expect(urlOf('${base}/x/${id}')).toBe('http://h:80/x/${id}');
    expect(urlOf('https://${host}:${port}/${id}?a=${id}')).toBe('https://h2:81/${id}?a=${id}');
    expect(problemsOf(text('${host}/x'))[0]).toContain('has no host');
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
    ['{url: //h/a}', '.url: "//h/a" is not an address with http:// or https://'],
    ['{url: "http://"}', '.url: "http://" is not a valid address'],
    ['{url: "http://h:99999/"}', '.url: "http://h:99999/" is not a valid address'],
    [
      '{url: "http://u:p@h/"}',
      '.url: holds a user name or password, which would show in reports; send an Authorization header instead',
    ],
    ['{url: /a b}', '.url: holds " ", which a url cannot carry: write %20'],
    ['{url: "/a\\r\\nX: y"}', '.url: holds "\\r", which a url cannot carry: write %0D'],
    ['{url: "/a\\0"}', '.url: holds "\\u0000", which a url cannot carry: write %00'],
    ['{url: "/a\\\\b"}', '.url: holds "\\\\", which a url cannot carry: write %5C'],
    ['{url: /é}', '.url: holds "é", which a url cannot carry: write %C3%A9'],
    ['{url: /ĊX}', '.url: holds "Ċ", which a url cannot carry: write %C4%8A'],
    ['{url: "/${tricky}"}', '.url: holds "\\n", which a url cannot carry: write %0A'],
    ['{url: "/${ID}"}', '.url: ${ID}: there is no variable of that name; did you mean id?'],
    [
      '{url: "/${nothing}"}',
      '.url: ${nothing}: there is no variable of that name; define it below variables of the scenario',
    ],
    [
      '{url: "/${constructor}"}',
      '.url: ${constructor}: there is no variable of that name; define it below variables of the scenario',
    ],
    ['{url: "/${__time()}"}', '.url: ${__time()}: functions of JMeter are not supported by the native engine'],
    ['{url: "/\\\\${id}"}', '.url: \\${id}: a backslash before a variable is not supported'],
    [
      '{url: /a, label: "${x}"}',
      '.label: ${x}: there is no variable of that name; define it below variables of the scenario',
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
    [
      '{url: /a, headers: {X: "${y}"}}',
      '.headers.X: ${y}: there is no variable of that name; define it below variables of the scenario',
    ],
    ['{url: /a, headers: {X: }}', '.headers.X: nothing is not a text'],
    ['{url: /a, headers: {X: yes}}', '.headers.X: true is not a text: put it in quotes'],
    ['{url: /a, headers: {X: 1, x: 2}}', '.headers.x: stands here twice, in different spellings'],
    [
      '{url: /a, headers: {content-LENGTH: 5}}',
      '.headers.content-LENGTH: cannot be set: the engine sends it, counted from the body',
    ],
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
      '{url: /a, think-time: "uniform(1s, 2s)"}',
      '.think-time: "uniform(1s, 2s)": random think times are not supported by the native engine yet; write a constant time',
    ],
    [
      '{url: /a, think-time: "${__P(t)}"}',
      '.think-time: expressions of JMeter are not supported here; write the number',
    ],
    ['{url: /a, follow-redirects: "no"}', '.follow-redirects: "no" is neither true nor false'],
    ['{url: /a, random-source-ip: true}', '.random-source-ip: not supported by the native engine yet; write false'],
    ['{url: /a, extract-jsonpath: {x: $.a}}', '.extract-jsonpath: not supported by the native engine yet'],
    [
      '{url: /a, assert-jsonpath: [$.a]}',
      '.assert-jsonpath: not supported by the native engine yet; assert looks into the body with regular expressions',
    ],
    ['{url: /a, lable: x}', '.lable: not a keyword of a request; did you mean label?'],
    [
      '{url: /a, ~label: x}',
      '.~label: the prefix ~ takes effect where files are merged, and not inside list items; write label',
    ],
    ['{url: /a, xyzzy: x}', '.xyzzy: not a keyword of a request'],
    [
      '{transaction: T, do: [/a]}',
      '.transaction: not supported by the native engine yet; write the requests one after the other',
    ],
    [
      '{if: "1 == 1", then: [/a], else: [/b]}',
      '.if: not supported by the native engine yet; write the requests one after the other',
    ],
    [
      '{action: pause, pause-duration: 1s}',
      '.action: not supported by the native engine yet; write the requests one after the other',
    ],
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
      '.body-file: Taurus sends no file with GET: name another method, or write the body into the scenario',
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
        expect(step.url).toMatch(/^[\x21-\x7e]+$/);
        expect(step.headers[0]?.[1]).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
      }),
    );
  });
});
