import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';

const damagedError = expect.objectContaining({ code: 'run_folder_invalid' });

function written(write: (writer: ByteWriter) => void): ByteReader {
  const writer = new ByteWriter();
  write(writer);
  return new ByteReader(writer.finish());
}

describe('varints', () => {
  it('come back as they were', () => {
    const numbers = fc.array(
      fc.oneof(fc.maxSafeNat(), fc.nat(20_000), fc.constantFrom(127, 128, 2 ** 31, 2 ** 53 - 1)),
    );
    fc.assert(
      fc.property(numbers, (values) => {
        const reader = written((writer) => {
          for (const value of values) writer.varint(value);
        });
        expect(values.map(() => reader.varint())).toEqual(values);
        expect(reader.position).toBe(reader.end);
      }),
    );
  });

  it('refuse what is no count', () => {
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(() => new ByteWriter().varint(wrong)).toThrow(expect.objectContaining({ code: 'internal' }));
    }
  });

  it('throw when they end too early, or never', () => {
    expect(() => new ByteReader(Uint8Array.of()).varint()).toThrow(damagedError);
    expect(() => new ByteReader(Uint8Array.of(200)).varint()).toThrow(damagedError);
    expect(() => new ByteReader(new Uint8Array(20).fill(255)).varint()).toThrow(damagedError);
    expect(() => new ByteReader(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127)).varint()).toThrow(damagedError);
  });
});

describe('texts', () => {
  it('come back as they were, half surrogate pairs and byte order marks included', () => {
    const texts = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '\ufeffmark', '\udc00', 'a\ud800b')),
    );
    fc.assert(
      fc.property(texts, (values) => {
        const reader = written((writer) => {
          for (const value of values) writer.text(value);
        });
        expect(values.map(() => reader.text())).toEqual(values);
      }),
    );
  });

  it('throw when they are longer than what is left, or no UTF-8', () => {
    expect(() => new ByteReader(Uint8Array.of(20, 65)).text()).toThrow(damagedError);
    expect(() => new ByteReader(Uint8Array.of(4, 0xff, 0xfe)).text()).toThrow(damagedError);
    expect(() => new ByteReader(Uint8Array.of(3, 65)).text()).toThrow(damagedError);
  });
});

describe('ByteWriter', () => {
  it('puts a length of any size before what was written', () => {
    for (const length of [0, 1, 127, 128, 16_383, 16_384, 3_000_000]) {
      const content = new Uint8Array(length).fill(7);
      const reader = written((writer) => {
        writer.byte(1);
        const start = writer.position;
        writer.raw(content);
        writer.prefixLength(start);
        writer.byte(2);
      });
      expect([reader.byte(), reader.varint()]).toEqual([1, length]);
      expect(reader.bytes.subarray(reader.position, reader.position + length).every((byte) => byte === 7)).toBe(true);
      reader.position += length;
      expect([reader.byte(), reader.end - reader.position]).toEqual([2, 0]);
    }
  });
});

describe('ByteReader.count', () => {
  it('refuses to count more things than the bytes that are left could hold', () => {
    expect(new ByteReader(Uint8Array.of(2, 0, 0, 0, 0)).count(2)).toBe(2);
    expect(() => new ByteReader(Uint8Array.of(3, 0, 0, 0, 0)).count(2)).toThrow(damagedError);
  });
});
