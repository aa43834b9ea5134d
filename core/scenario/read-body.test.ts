// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import { flowText, read, requestProblemsOf, requestText, stepOf } from './fixtures/texts.ts';

const JSON_HEADER = 'headers: {content-type: "Application/JSON"}';
const form = (...parameters: [string, string][]) => ({ kind: 'form', parameters });
const text = (written: string) => ({ kind: 'text', text: written });

describe('a body', () => {
  it.each([
    ['{url: /a, method: POST, body: text}', text('text')],
    ['{url: /a, method: POST, body: "é\\0"}', text('é\0')],
    ['{url: /a, method: POST, body: ""}', text('')],
    ['{url: /a, method: POST, body: {}}', form()],
    ['{url: /a, method: POST, body: []}', text('[]')],
    ['{url: /a, method: POST, body: 5}', text('5')],
    ['{url: /a, method: POST, body: 0}', text('0')],
    ['{url: /a, method: POST, body: true}', text('true')],
    ['{url: /a, method: GET, body: text}', text('text')],
    [
      '{url: /a, method: POST, body: {a: 1, b: x y, c: é&=, "d e": 1.0, f: yes}}',
      form(['a', '1'], ['b', 'x y'], ['c', 'é&='], ['d e', '1.0'], ['f', 'True']),
    ],
    ['{url: /a, method: POST, body: {t: "${term}", "${id}": 1}}', form(['t', '${term}'], ['${id}', '1'])],
    [
      `{url: /a, method: POST, body: {a: 1, b: [yes, {c: 1.5, d: 1.0}, null]}, ${JSON_HEADER}}`,
      text('{"a": 1, "b": [true, {"c": 1.5, "d": 1.0}, null]}'),
    ],
    [
      `{url: /a, method: POST, body: {ü: "é\\n\\"\\u007f"}, ${JSON_HEADER}}`,
      text('{"\\u00fc": "\\u00e9\\n\\"\\u007f"}'),
    ],
    ['{url: /a, method: PUT, body: [1, 2], headers: {Content-Type: application/vnd.x+json}}', text('[1, 2]')],
    ['{url: /a, method: POST, body: {a: {b: 12345678901234567890}}}', text('{"a": {"b": 12345678901234567890}}')],
    ['{url: /a, method: POST, body: {a: null}}', text('{"a": null}')],
    [`{url: /a, method: POST, body: {a: "\${id}"}, ${JSON_HEADER}}`, text('{"a": "${id}"}')],
    // Taurus compares the whole header.
    [
      '{url: /a, method: POST, body: {a: b}, headers: {Content-Type: application/json; charset=utf-8}}',
      form(['a', 'b']),
    ],
    ['{url: /a, method: POST, body: {a: b}, headers: {Content-Type: text/plain}}', form(['a', 'b'])],
    ['{url: /a, method: POST, body-file: bodies/order.json}', { kind: 'file', path: 'bodies/order.json' }],
    ['{url: /a, method: POST, body: , body-file: ./a/./b.json}', { kind: 'file', path: 'a/b.json' }],
    ['{url: /a, method: POST, body: x, body-file: b.json}', text('x')],
    ['{url: /a, method: DELETE, body-file: b.json}', { kind: 'file', path: 'b.json' }],
    ['{url: /a, method: HEAD, body: text}', null],
    ['{url: /a, method: HEAD, body: {a: b}}', null],
    ['{url: /a, method: OPTIONS, body: text}', null],
    ['{url: /a, method: GET, body-file: b.json}', null],
    ['{url: /a, method: POST}', null],
  ])('of %j', (keywords, body) => {
    expect(stepOf(keywords).body).toEqual(body);
  });

  it.each(['GET', 'OPTIONS'])('that is a form goes into the query of %s', (method) => {
    expect(stepOf(`{url: "/a?b=c", method: ${method}, body: {q: x y, t: "\${term}"}}`)).toMatchObject({
      url: '/a?b=c',
      query: [
        ['q', 'x y'],
        ['t', '${term}'],
      ],
      body: null,
    });
  });

  it('that is a form goes into both of DELETE, as JMeter sends it', () => {
    expect(stepOf('{url: /a, method: DELETE, body: {d: e}}')).toMatchObject({
      query: [['d', 'e']],
      body: form(['d', 'e']),
    });
  });

  it('takes what a scenario says of JSON for all its requests', () => {
    const [step] = read(
      flowText('headers: {Content-Type: application/json}\nrequests: [{url: "http://h/", method: POST, body: {a: 1}}]'),
    ).scenario.flows.s!.steps;
    expect(step).toMatchObject({ body: text('{"a": 1}'), headers: [['Content-Type', 'application/json']] });
  });

  it.each([
    ['{url: /a, method: POST, body: [.inf]}', '.body: holds a number that JSON cannot write (infinite, or none)'],
    ['{url: /a, method: POST, body: "${__nope()}"}', expect.stringMatching(/^\.body: .*__nope/)],
    ['{url: /a, method: POST, body: {a: "${__nope()}"}}', expect.stringMatching(/^\.body\.a: .*__nope/)],
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
      '.body-file: "${id}.json": the name of a file cannot be a variable, because files go with the scenario',
    ],
  ])('says what is wrong with %j', (keywords, problem) => {
    expect(requestProblemsOf(keywords)).toEqual([problem]);
  });

  it.each([
    ['{url: /a, method: POST, body: x, body-file: b}', ': body-file has no effect beside body, as in Taurus'],
    ['{url: /a, body-file: b}', ': body-file has no effect with GET, as in Taurus'],
    ['{url: /a, method: HEAD, body: {a: b}}', ': body has no effect with HEAD, as in Taurus'],
    [
      '{url: /a, method: POST, body: {a: b}, headers: {Content-Type: application/json; charset=utf-8}}',
      '.body: is sent as a form, as Taurus does unless the Content-Type is just application/json; write a text to send JSON',
    ],
    [
      '{url: /a, method: POST, body: {a: no}}',
      '.body.a: false is sent as False, as Taurus does; put it in quotes to send it as it is',
    ],
  ])('warns of %j', (keywords, warning) => {
    expect(read(requestText(keywords)).warnings).toEqual([`scenarios.s.requests[0]${warning}`]);
  });

  it('warns where it is not what it seems', () => {
    expect(read(requestText('{url: /a, method: POST, body: {a: [1]}}')).warnings).toEqual([
      'A body with nested values is sent as JSON; say so with the header Content-Type: application/json',
    ]);
  });

  it('names each file once', () => {
    const requests = ['a', 'b', './a'].map((file) => `- {url: /, method: POST, body-file: ${file}}`).join('\n');
    expect(read(flowText(`default-address: http://h\nrequests:\n${requests}`)).files).toEqual(['a', 'b']);
  });
});

describe('upload-files', () => {
  const upload = (parameter: string, path: string, mediaType: string) => ({ parameter, path, mediaType });

  it.each([
    [
      'method: POST, upload-files: [{param: p, path: a/report.PDF}, {param: q, path: b, mime-type: text/x}]',
      {
        kind: 'multipart',
        parameters: [],
        files: [upload('p', 'a/report.PDF', 'application/pdf'), upload('q', 'b', 'text/x')],
      },
      [],
    ],
    [
      'method: POST, body: {a: 1}, upload-files: [{param: p, path: a.unknown}]',
      { kind: 'multipart', parameters: [['a', '1']], files: [upload('p', 'a.unknown', 'application/octet-stream')] },
      [],
    ],
    [
      'method: POST, body: text, headers: {Content-Type: multipart/form-data}, upload-files: [{param: p, path: a.png}]',
      { kind: 'multipart', parameters: [], files: [upload('p', 'a.png', 'image/png')] },
      [['Content-Type', 'multipart/form-data']],
    ],
    [
      'method: PUT, upload-files: [{param: p, path: a.csv}, {param: q, path: b}]',
      { kind: 'file', path: 'a.csv' },
      [['Content-Type', 'text/csv']],
    ],
    ['method: PATCH, upload-files: [{path: a.csv}]', { kind: 'file', path: 'a.csv' }, [['Content-Type', 'text/csv']]],
    [
      'method: PATCH, headers: {content-type: x/y}, upload-files: [{path: a.csv}]',
      { kind: 'file', path: 'a.csv' },
      [['content-type', 'x/y']],
    ],
    ['method: PUT, body: text, upload-files: [{path: a.csv}]', text('text'), [['Content-Type', 'text/csv']]],
    ['method: PUT, body: {a: 1}, upload-files: [{path: a.csv}]', form(['a', '1']), []],
    ['upload-files: [{param: p, path: a.csv}]', null, []],
  ])('of {%s}', (keywords, body, headers) => {
    expect(stepOf(`{url: /a, ${keywords}}`)).toMatchObject({ body, headers });
  });

  it.each([
    ['[{path: a}]', '[0].param: is missing: the name of the form field'],
    ['[{param: p}]', '[0].path: is missing: the file to send'],
    ['[{param: p, path: /etc/passwd}]', '[0].path: "/etc/passwd" is not a file inside the folder of the scenario'],
    ['[{param: "p\\"q", path: a}]', '[0].param: holds a quote or a line break'],
    ['[{param: p, path: a, mime-type: "x\\r\\nY: z"}]', '[0].mime-type: is not a media type'],
    ['[a.csv]', '[0]: "a.csv" is not a file to upload: a mapping of keywords is expected'],
    ['[{param: p, path: a, file: b}]', '[0].file: not a keyword of a file to upload'],
  ])('%s is refused', (uploads, problem) => {
    expect(requestProblemsOf(`{url: /a, method: POST, upload-files: ${uploads}}`)).toEqual([`.upload-files${problem}`]);
  });

  it('are among the files of the scenario', () => {
    expect(read(requestText('{url: /a, method: POST, upload-files: [{param: p, path: x/a}]}')).files).toEqual(['x/a']);
  });
});
