import { describe, expect, it } from 'vitest';
import { applyEdit } from './apply-edit.ts';
import { type BodyKind, readBody, setBodyKind, setBodyText } from './body.ts';
import { parseText } from './editable-document.ts';

const AT = ['r', 0];
const edited = (request: string, edit: Parameters<typeof applyEdit>[2]) =>
  applyEdit(`r:\n- ${request.replaceAll('\n', '\n  ')}\n`, 'yaml', edit)
    .replace('r:\n- ', '')
    .replaceAll(/^ {2}/gm, '')
    .trim();

describe('a body', () => {
  it.each<[string, BodyKind, string | null]>([
    ['/url', 'none', ''],
    ['{url: /}', 'none', ''],
    ['{body: text}', 'text', 'text'],
    ['{body: {a: 1, b: x}}', 'form', null],
    [
      '{body: {a: 1, b: [yes, "yes", 12345678901234567890]}}',
      'json',
      '{"a": 1, "b": [true, "yes", 12345678901234567890]}',
    ],
    ['{headers: {content-type: application/json}, body: {a: 1.0}}', 'json', '{"a": 1.0}'],
    ['{headers: {Content-Type: application/json}, body: "{}"}', 'json', '{}'],
    ['{body-file: a.bin}', 'file', 'a.bin'],
    ['{body: {a: *x}}', 'json', null],
  ])('%s is of the kind %s', (request, kind, text) => {
    expect(readBody(parseText(`x: &x 1\nr: [${request}]`), AT)).toEqual({ kind, text });
  });

  it.each<[string, BodyKind, string]>([
    ['/url', 'json', 'url: /url\nbody: "{}"\nheaders:\n  Content-Type: application/json'],
    [
      'url: /\nbody:\n  a: 1\n  b: x',
      'json',
      'url: /\nbody: \'{"a": 1, "b": "x"}\'\nheaders:\n  Content-Type: application/json',
    ],
    [
      'url: /\nbody: \'{"a": 1, "b": "yes"}\'\nheaders:\n  Content-Type: application/json',
      'form',
      "url: /\nbody:\n  a: '1'\n  b: 'yes'",
    ],
    ['url: /\nbody: text', 'form', 'url: /\nbody:\n  name: value'],
    ['url: /\nbody: text', 'none', 'url: /'],
    ['url: /\nbody: text', 'file', 'url: /\nbody-file: body.txt'],
    ['url: /\nbody-file: x', 'text', 'url: /\nbody: text'],
    ['url: /\nbody: {}', 'text', 'url: /\nbody: "{}"'],
  ])('of %j becomes %s', (request, kind, expected) => {
    expect(edited(request, (document) => setBodyKind(document, AT, kind))).toBe(expected);
  });

  it('keeps its kind when it is emptied, and its lines when it has some', () => {
    expect(edited('url: /\nbody: text', (document) => setBodyText(document, AT, ''))).toBe("url: /\nbody: ''");
    expect(edited('url: /\nbody: text', (document) => setBodyText(document, AT, 'a\n b\n'))).toBe(
      'url: /\nbody: |\n  a\n   b',
    );
  });
});
