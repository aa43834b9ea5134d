import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';
import { BUCKETS_MAX, Histogram } from './histogram.ts';
import { addSparseCounts, writeSparseCounts } from './sparse-counts.ts';

const damagedError = expect.objectContaining({ code: 'run_folder_invalid' });

const bucket = fc.oneof(fc.nat(BUCKETS_MAX - 1), fc.nat(300), fc.constantFrom(0, BUCKETS_MAX - 1));
const count = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 2 ** 53 - 1 }));
const counts = fc.uniqueArray(fc.tuple(bucket, count), { minLength: 1, maxLength: 60, selector: ([one]) => one });

function histogramOf(entries: readonly (readonly [number, number])[]): Histogram {
  const histogram = new Histogram();
  for (const [at, n] of entries) histogram.addToBucket(at, n);
  return histogram;
}

function encode(histogram: Histogram): Uint8Array {
  const writer = new ByteWriter();
  writeSparseCounts(writer, histogram, histogram.lowest, histogram.highest);
  return writer.finish();
}

function used(histogram: Histogram): [number, number][] {
  const entries: [number, number][] = [];
  for (let at = 0; at < histogram.counts.length; at++) {
    if (histogram.counts[at] !== 0) entries.push([at, histogram.counts[at]!]);
  }
  return entries;
}

describe('sparse counts', () => {
  it('come back bucket by bucket', () => {
    fc.assert(
      fc.property(counts, (entries) => {
        const histogram = histogramOf(entries);
        const reader = new ByteReader(encode(histogram));
        const back = new Histogram();
        const sum = addSparseCounts(reader, back, histogram.lowest, histogram.highest);
        expect(used(back)).toEqual(used(histogram));
        expect([back.lowest, back.highest]).toEqual([histogram.lowest, histogram.highest]);
        expect(sum).toBe(used(histogram).reduce((total, [, n]) => total + n, 0));
        expect(reader.position).toBe(reader.end);
      }),
    );
  });

  it('are added to what is there, as Histogram.add does', () => {
    const small = fc.uniqueArray(
      fc.tuple(
        bucket,
        fc.nat(1000).map((n) => n + 1),
      ),
      {
        minLength: 1,
        selector: ([one]) => one,
      },
    );
    fc.assert(
      fc.property(small, small, (before, added) => {
        const [target, expected, other] = [histogramOf(before), histogramOf(before), histogramOf(added)];
        expected.add(other);
        addSparseCounts(new ByteReader(encode(other)), target, other.lowest, other.highest);
        expect(used(target)).toEqual(used(expected));
        expect([target.lowest, target.highest]).toEqual([expected.lowest, expected.highest]);
      }),
    );
  });

  it('take as much room as they need', () => {
    for (const n of [1, 3, 1e9]) {
      const full = histogramOf(Array.from({ length: BUCKETS_MAX }, (_, i) => [i, n] as const));
      const back = new Histogram();
      addSparseCounts(new ByteReader(encode(full)), back, 0, BUCKETS_MAX - 1);
      expect(back.counts.every((count) => count === n)).toBe(true);
    }
  });

  it('take about a byte for a bucket in a row and two for one alone', () => {
    const full = histogramOf(Array.from({ length: 1000 }, (_, i) => [5000 + i, 1 + (i % 3)] as const));
    expect(encode(full).length).toBe(1000);
    const sparse = histogramOf(Array.from({ length: 100 }, (_, i) => [5000 + i * 100, 1] as const));
    expect(encode(sparse).length).toBeLessThanOrEqual(200);
  });

  it('throw or stay within bounds for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bucket, bucket, (bytes, one, other) => {
        const [lowest, highest] = [Math.min(one, other), Math.max(one, other)];
        const histogram = new Histogram();
        const reader = new ByteReader(bytes);
        try {
          addSparseCounts(reader, histogram, lowest, highest);
        } catch (error) {
          expect(error).toEqual(damagedError);
          return;
        }
        expect(reader.position).toBeLessThanOrEqual(bytes.length);
        const buckets = used(histogram).map(([at]) => at);
        expect(buckets[0]).toBeGreaterThanOrEqual(lowest);
        expect(buckets.at(-1)).toBe(highest);
      }),
      { numRuns: 1000 },
    );
  });

  it('throw at every place where they may be cut off', () => {
    const histogram = histogramOf([
      [10, 1],
      [500, 2000],
      [20_000, 3],
    ]);
    const bytes = encode(histogram);
    for (let length = 0; length < bytes.length; length++) {
      const reader = new ByteReader(bytes.subarray(0, length));
      expect(() => addSparseCounts(reader, new Histogram(), 10, 20_000)).toThrow(damagedError);
    }
  });

  it('throw for impossible bounds, before any memory is taken', () => {
    for (const [lowest, highest] of [
      [5, 4],
      [0, BUCKETS_MAX],
      [0, 2 ** 40],
      [Number.NaN, Number.NaN],
    ] as const) {
      expect(() => addSparseCounts(new ByteReader(Uint8Array.of(0)), new Histogram(), lowest, highest)).toThrow(
        damagedError,
      );
    }
  });

  it('throw when the next token would jump over the last bucket', () => {
    const bytes = encode(
      histogramOf([
        [3, 1],
        [9, 1],
      ]),
    );
    expect(() => addSparseCounts(new ByteReader(bytes), new Histogram(), 3, 8)).toThrow(damagedError);
  });
});
