import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypeOf } from './content-type.ts';
import { encodeForm } from './encode-form.ts';
import { encodeMultipart, type MultipartFile, randomBoundary } from './encode-multipart.ts';
import { encodeText } from './encode-text.ts';

describe('a form, as recorded from JMeter 5.6.3', () => {
  it.each<[[string, string][], string | null, string]>([
    [
      [
        ['a', '1 2'],
        ['b&', "x=é€*~'()!"],
        ['c', ''],
      ],
      null,
      'a=1+2&b%26=x%3D%C3%A9%E2%82%AC*%7E%27%28%29%21&c=',
    ],
    [[['é', 'é€']], 'ISO-8859-1', '%E9=%E9%3F'],
    [[['a', 'é😀']], 'us-ascii', 'a=%3F%3F'],
    [[['a', '-_.*AZaz09']], null, 'a=-_.*AZaz09'],
    [[['a', '\r\n\t+%&=#/?']], null, 'a=%0D%0A%09%2B%25%26%3D%23%2F%3F'],
    [[['a', '\ud800']], null, 'a=%3F'],
    [[], null, ''],
  ])('%j in %s', (parameters, charset, expected) => expect(encodeForm(parameters, charset)).toBe(expected));

  it('says what was put in', () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (parameters) => {
        expect([...new URLSearchParams(encodeForm(parameters, null))]).toEqual(parameters);
      }),
    );
  });
});

describe('a text', () => {
  it.each([
    ['é€', null, 'Ã©â\x82¬'],
    ['é€', 'UTF-8', 'Ã©â\x82¬'],
    ['é€😀', 'ISO-8859-1', 'é??'],
    ['é€a', 'us-ascii', '??a'],
    ['aé', 'utf-16le', 'a\0é\0'],
    ['a\ud800b', null, 'a?b'],
  ])('%s in %s', (text, charset, expected) => expect(encodeText(text, charset)).toBe(expected));
});

describe('a body with files, as recorded from JMeter 5.6.3', () => {
  const file: MultipartFile = {
    parameter: 'f',
    fileName: 'up1.txt',
    mediaType: 'text/x',
    bytes: Buffer.from('line1\nline2'),
  };
  const binary: MultipartFile = {
    parameter: 'g é',
    fileName: 'up2.bin',
    mediaType: 'application/octet-stream',
    bytes: Buffer.from([0, 1, 0xff]),
  };

  it('has fields, then files', () => {
    const { body, contentType } = encodeMultipart(
      [
        ['a', '1 é'],
        ['b"q', 'x'],
      ],
      [file, binary],
      null,
      'BOUND',
    );
    expect(contentType).toBe('multipart/form-data; boundary=BOUND; charset=UTF-8');
    const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
    expect(body.toString('latin1')).toBe(
      [
        '--BOUND',
        'Content-Disposition: form-data; name="a"',
        'Content-Type: text/plain; charset=UTF-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        utf8('1 é'),
        '--BOUND',
        'Content-Disposition: form-data; name="b\\"q"',
        'Content-Type: text/plain; charset=UTF-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        'x',
        '--BOUND',
        'Content-Disposition: form-data; name="f"; filename="up1.txt"',
        'Content-Type: text/x',
        'Content-Transfer-Encoding: binary',
        '',
        'line1\nline2',
        '--BOUND',
        `Content-Disposition: form-data; name="${utf8('g é')}"; filename="up2.bin"`,
        'Content-Type: application/octet-stream',
        'Content-Transfer-Encoding: binary',
        '',
        '\0\x01\xff',
        '--BOUND--',
        '',
      ].join('\r\n'),
    );
  });

  it('has values in the charset, and names in UTF-8', () => {
    const { body, contentType } = encodeMultipart([['a', 'é']], [{ ...file, parameter: 'é' }], 'ISO-8859-1', 'B');
    expect(contentType).toBe('multipart/form-data; boundary=B; charset=ISO-8859-1');
    expect(body.toString('latin1')).toContain('charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xe9\r\n');
    expect(body.toString('latin1')).toContain('name="Ã©"');
  });

  it('has no line more than it should, whatever the names', () => {
    const { body } = encodeMultipart([['a"\r\nX-Evil: 1\r\n\r\n', 'x']], [], null, 'B');
    expect(body.toString().split('\r\n')).toHaveLength(8);
  });

  it('has a boundary of its own', () => {
    expect(randomBoundary()).toMatch(/^[\w-]{30,70}$/);
    expect(randomBoundary()).not.toBe(randomBoundary());
  });
});

describe('the type of a body that names none', () => {
  const form = { kind: 'form' as const, parameters: [] };
  it.each([
    ['POST', { kind: 'text' as const, text: '' }, null, 'text/plain; charset=UTF-8'],
    ['GET', { kind: 'text' as const, text: '' }, 'ISO-8859-1', 'text/plain; charset=ISO-8859-1'],
    ['PUT', form, null, 'application/x-www-form-urlencoded; charset=UTF-8'],
    ['DELETE', null, null, 'application/x-www-form-urlencoded; charset=UTF-8'],
    ['POST', { kind: 'file' as const, path: 'a' }, null, null],
    ['GET', null, null, null],
    ['OPTIONS', null, null, null],
  ] as const)('%s %o in %s', (method, body, encoding, expected) => {
    expect(contentTypeOf(method, body === form ? { kind: 'form', parameters: [] } : body, encoding)).toBe(expected);
  });
});
