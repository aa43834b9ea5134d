// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import { flowText, read, requestProblemsOf, requestText, stepOf } from './fixtures/texts.ts';

describe('a body', () => {
  const FORM = ['Content-Type', 'application/x-www-form-urlencoded'];
  const JSON_HEADER = 'headers: {content-type: "Application/JSON; charset=utf-8"}';

  it.each([
    ['{url: /a, method: POST, body: text}', { kind: 'text', text: 'text' }, []],
    ['{url: /a, method: POST, body: "é\\0"}', { kind: 'text', text: 'é\0' }, []],
    ['{url: /a, method: POST, body: ""}', null, []],
    ['{url: /a, method: POST, body: {}}', null, []],
    ['{url: /a, method: POST, body: 5}', { kind: 'text', text: '5' }, []],
    ['{url: /a, method: GET, body: text}', { kind: 'text', text: 'text' }, []],
    [
      '{url: /a, method: POST, body: {a: 1, b: x y, c: é&=, "d e": 1.0}}',
      { kind: 'text', text: 'a=1&b=x+y&c=%C3%A9%26%3D&d+e=1.0' },
      [FORM],
    ],
    ['{url: /a, method: POST, body: {t: "${term}", "${id}": 1}}', { kind: 'text', text: 't=a%26b&42=1' }, [FORM]],
    [
      `{url: /a, method: POST, body: {a: 1, b: [yes, {c: 1.5}]}, ${JSON_HEADER}}`,
      { kind: 'text', text: '{"a":1,"b":[true,{"c":1.5}]}' },
      null,
    ],
    [
      '{url: /a, method: PUT, body: [1, 2], headers: {Content-Type: application/vnd.x+json}}',
      { kind: 'text', text: '[1,2]' },
      null,
    ],
    [
      '{url: /a, method: POST, body: {a: {b: 12345678901234567890}}}',
      { kind: 'text', text: '{"a":{"b":12345678901234567890}}' },
      [],
    ],
    [`{url: /a, method: POST, body: {a: "\${id}"}, ${JSON_HEADER}}`, { kind: 'text', text: '{"a":"${id}"}' }, null],
    ['{url: /a, method: POST, body: {a: b}, headers: {Content-Type: text/plain}}', { kind: 'text', text: 'a=b' }, null],
    ['{url: /a, method: POST, body-file: bodies/order.json}', { kind: 'file', path: 'bodies/order.json' }, []],
    ['{url: /a, method: POST, body: "", body-file: ./a/./b.json}', { kind: 'file', path: 'a/b.json' }, []],
    ['{url: /a, method: POST, body: x, body-file: b.json}', { kind: 'text', text: 'x' }, []],
  ])('of %j', (keywords, body, headers) => {
    const step = stepOf(keywords);
    expect(step.body).toEqual(body);
    if (headers !== null) expect(step.headers).toEqual(headers);
    else expect(step.headers).toHaveLength(1);
  });

  it.each([
    ['{url: /a, body: {q: x y, t: "${term}"}}', '/a?q=x+y&t=a%26b'],
    ['{url: "/a?b=c", body: {d: e}}', '/a?b=c&d=e'],
    ['{url: "/a#top", method: DELETE, body: {d: e}}', '/a?d=e#top'],
  ])('goes into the url of %j', (keywords, url) => {
    expect(stepOf(keywords)).toMatchObject({ url, body: null, headers: [] });
  });

  it.each([
    [
      '{url: /a, method: POST, body: {a: yes}}',
      ".body.a: true in a form: put it in quotes (Taurus would send Python's True)",
    ],
    [
      '{url: /a, method: POST, body: true}',
      '.body: true is not a body: a text, or values for a form or for JSON, are expected',
    ],
    ['{url: /a, method: POST, body: [.inf]}', '.body: holds a number that JSON cannot write (infinite, or none)'],
    [
      '{url: /a, method: POST, body: "${x}"}',
      '.body: ${x}: there is no variable of that name; define it below variables of the scenario',
    ],
    [
      '{url: /a, method: POST, body: {a: "${x}"}}',
      '.body.a: ${x}: there is no variable of that name; define it below variables of the scenario',
    ],
    ['{url: /a, method: HEAD, body: {a: b}}', '.body: parameters with HEAD are not supported: write them into the url'],
    [
      '{url: /a, method: POST, body: {a: b}, headers: {Content-Type: multipart/form-data}}',
      '.body: a body of type multipart/form-data is not supported by the native engine yet',
    ],
    [
      '{url: /a, method: GET, body-file: b.json}',
      '.body-file: Taurus sends no file with GET: name another method, or write the body into the scenario',
    ],
    [
      '{url: /a, method: POST, body-file: ../b.json}',
      '.body-file: "../b.json" is not a file inside the folder of the scenario',
    ],
    [
      '{url: /a, method: POST, body-file: a/../../b.json}',
      '.body-file: "a/../../b.json" is not a file inside the folder of the scenario',
    ],
    [
      '{url: /a, method: POST, body-file: /etc/passwd}',
      '.body-file: "/etc/passwd" is not a file inside the folder of the scenario',
    ],
    ['{url: /a, method: POST, body-file: a/}', '.body-file: "a/" is not a file inside the folder of the scenario'],
    ['{url: /a, method: POST, body-file: .}', '.body-file: "." is not a file inside the folder of the scenario'],
    [
      '{url: /a, method: POST, body-file: ~/b}',
      '.body-file: "~/b" is not a plain path: folders and file name with / between are expected',
    ],
    [
      '{url: /a, method: POST, body-file: "C:\\\\b"}',
      '.body-file: "C:\\\\b" is not a plain path: folders and file name with / between are expected',
    ],
    [
      '{url: /a, method: POST, body-file: "b\\0.json"}',
      '.body-file: "b\\u0000.json" is not a plain path: folders and file name with / between are expected',
    ],
    [
      '{url: /a, method: POST, body-file: "${id}.json"}',
      '.body-file: "${id}.json" is not a plain path: folders and file name with / between are expected',
    ],
  ])('says what is wrong with %j', (keywords, problem) => {
    expect(requestProblemsOf(keywords)).toEqual([problem]);
  });

  it('warns where something has no effect, or is not what it seems', () => {
    expect(read(requestText('{url: /a, method: POST, body: x, body-file: b}')).warnings).toEqual([
      'scenarios.s.requests[0]: body-file has no effect beside body',
    ]);
    expect(read(requestText('{url: /a, method: POST, body: {a: [1]}}')).warnings).toEqual([
      'A body with nested values is sent as JSON; say so with the header Content-Type: application/json',
    ]);
  });

  it('names each file once', () => {
    const requests = ['a', 'b', './a'].map((file) => `- {url: /, method: POST, body-file: ${file}}`).join('\n');
    expect(read(flowText(`default-address: http://h\nrequests:\n${requests}`)).files).toEqual(['a', 'b']);
  });
});
