import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BODY_BYTES_KEPT_MAX, BodyCollector } from './body-collector.ts';

function collect(...parts: (string | Buffer)[]): BodyCollector {
  const collector = new BodyCollector();
  for (const part of parts) {
    const shared = Buffer.from(part);
    collector.append(shared, 0, shared.length);
    collector.settle();
    shared.fill('?');
  }
  return collector;
}

describe('a body', () => {
  it('is put together from its parts, characters cut in two included', () => {
    const euro = Buffer.from('5 €');
    expect(collect(euro.subarray(0, 3), euro.subarray(3)).read('', null)).toEqual({
      text: '5 €',
      isCut: false,
      problem: null,
    });
  });

  it('is read where it came, from all that came since it settled', () => {
    const euro = Buffer.from('5 € 6 €');
    const collector = new BodyCollector();
    collector.append(euro, 0, 3);
    collector.append(euro, 3, 5);
    const { text } = collector.read('', null);
    expect(text).toBe('5 €');
    const whole = new BodyCollector();
    whole.append(euro, 2, euro.length);
    expect(whole.bytes.toString()).toBe('€ 6 €');
    expect(whole.read('identity', 'text/plain; charset=UTF8').text).toBe('€ 6 €');
    const latin = new BodyCollector();
    latin.append(euro, 2, 5);
    expect(latin.read('', 'text/plain; charset=iso-8859-1').text).toBe('â‚¬');
  });

  it('is empty again after clear', () => {
    const collector = collect('tea');
    collector.clear();
    expect(collector.read('', null).text).toBe('');
  });

  it('is cut at the limit', () => {
    const half = Buffer.alloc(BODY_BYTES_KEPT_MAX / 2, 'a');
    expect(collect(half, half).read('', null)).toMatchObject({ isCut: false });
    const { isCut, text } = collect(half, half, 'b').read('', null);
    expect([isCut, text.length]).toEqual([true, BODY_BYTES_KEPT_MAX]);
  });

  it.each([
    ['gzip', zlib.gzipSync('tea')],
    ['x-gzip', zlib.gzipSync('tea')],
    ['deflate', zlib.deflateSync('tea')],
    ['deflate', zlib.deflateRawSync('tea')],
    ['br', zlib.brotliCompressSync('tea')],
    ['zstd', zlib.zstdCompressSync('tea')],
    ['identity', Buffer.from('tea')],
  ])('is decoded from %s', (encoding, bytes) => {
    expect(collect(bytes.subarray(0, 2), bytes.subarray(2)).read(encoding, null)).toEqual({
      text: 'tea',
      isCut: false,
      problem: null,
    });
  });

  it('that unpacks to more than the limit is cut', () => {
    const bomb = zlib.gzipSync(Buffer.alloc(50 * 1024 * 1024));
    expect(collect(bomb).read('gzip', null)).toEqual({ text: '', isCut: true, problem: null });
  });

  it('that is not what it says has no text', () => {
    expect(collect('tea').read('gzip', null)).toEqual({
      text: '',
      isCut: false,
      problem: 'the body could not be decoded as gzip',
    });
    expect(collect('tea').read('tar', null).problem).toBe('the body has a content encoding that is not known');
    expect(collect('tea').read('constructor', null).problem).toBe('the body has a content encoding that is not known');
  });
});

describe('the charset of a body', () => {
  const page = (meta: string): Buffer => Buffer.from(`<html><head>${meta}</head>caf\xe9</html>`, 'latin1');
  it.each([
    ['of the header', 'text/plain; charset=ISO-8859-1', Buffer.from('caf\xe9', 'latin1'), 'caf\xe9'],
    ['of the header, quoted', 'text/html;Charset="windows-1252"', Buffer.from([0x80]), '€'],
    ['of the page', 'text/html', page('<meta charset="latin1">'), 'caf\xe9'],
    [
      'of the page, the longer form',
      'text/html',
      page('<META http-equiv=x content="text/html; charset=ISO-8859-1">'),
      'caf\xe9',
    ],
    ['that the header names before the page', 'text/html; charset=utf-8', page('<meta charset="latin1">'), 'caf\ufffd'],
    ['is UTF-8 where none is named', 'application/json', Buffer.from('café'), 'café'],
    ['is UTF-8 where it is not known', 'text/plain; charset=nonsense', Buffer.from('café'), 'café'],
  ])('%s', (_, contentType, bytes, expected) => {
    expect(collect(bytes).read('', contentType).text).toContain(expected);
  });
});
