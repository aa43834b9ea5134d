import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';
import { Distribution } from './distribution.ts';
import { distributionOf, durationUs, plain, plainDistribution, sample, statisticsOf } from './fixtures/samples.ts';
import { LARGEST_VALUE_US } from './histogram.ts';
import { phases, Statistics } from './statistics.ts';
import { addDistribution, addStatistics, isEmpty, writeDistribution, writeStatistics } from './statistics-codec.ts';

const damagedError = expect.objectContaining({ code: 'run_folder_invalid' });
const durations = fc.array(durationUs, { maxLength: 20 });
const samples = fc.array(sample, { maxLength: 6 });

function distributionBytes(distribution: Distribution): Uint8Array {
  const writer = new ByteWriter();
  writeDistribution(writer, distribution);
  return writer.finish();
}

/** Statistics without errors: those need a dictionary, which segments have. */
function withoutErrors(statistics: Statistics): Statistics {
  statistics.errors.clear();
  return statistics;
}

function statisticsBytes(statistics: Statistics, startUs = 0): Uint8Array {
  const writer = new ByteWriter();
  writeStatistics(writer, statistics, startUs, () => 0);
  return writer.finish();
}

describe('distributions as bytes', () => {
  it('add up to what the distributions add up to', () => {
    fc.assert(
      fc.property(durations, durations, (before, added) => {
        const target = distributionOf(before);
        const reader = new ByteReader(distributionBytes(distributionOf(added)));
        addDistribution(reader, target);
        expect(plainDistribution(target)).toEqual(plainDistribution(distributionOf([...before, ...added])));
        expect(reader.position).toBe(reader.end);
      }),
    );
  });

  it('are refused when they cannot be of a distribution', () => {
    /** max + 1, max - min, sum, squares, squares above 2^48, and one bucket with one value. */
    const bytesOf = (...numbers: number[]) => {
      const writer = new ByteWriter();
      for (const number of [...numbers, 0]) writer.varint(number);
      return writer.finish();
    };
    const read = (bytes: Uint8Array) => addDistribution(new ByteReader(bytes), new Distribution());
    read(bytesOf(101, 0, 100, 10_000, 0));
    for (const wrong of [
      bytesOf(LARGEST_VALUE_US + 2, 0, LARGEST_VALUE_US + 1, 0, 0),
      bytesOf(101, 101, 100, 10_000, 0),
      bytesOf(101, 0, 99, 10_000, 0),
      bytesOf(101, 0, 101, 10_000, 0),
      bytesOf(101, 0, 100, 2 ** 48, 0),
    ]) {
      expect(() => read(wrong)).toThrow(damagedError);
    }
  });
});

describe('statistics as bytes', () => {
  it('add up to what the statistics add up to, of the same second or of another', () => {
    fc.assert(
      fc.property(samples, samples, fc.boolean(), fc.nat(100), (before, added, concurrent, users) => {
        const make = (from: typeof before, endedUs: number) => {
          const made = withoutErrors(statisticsOf(from, endedUs));
          made.concurrencyMax = users;
          return made;
        };
        const [target, expected] = [make(before, 5_500_000), make(before, 5_500_000)];
        const other = make(added, 7_250_000);
        const reader = new ByteReader(statisticsBytes(other, 7_000_000));
        addStatistics(reader, target, 7_000_000, [], concurrent);
        if (concurrent) expected.addConcurrent(other);
        else expected.addLater(other);
        expect(plain(target)).toEqual(plain(expected));
        expect(reader.position).toBe(reader.end);
      }),
    );
  });

  it('keep a last end before the start of the window, and none at all', () => {
    for (const lastEndedUs of [0, 1, 999_999, 1_000_000, 1_000_001]) {
      const statistics = new Statistics();
      statistics.lastEndedUs = lastEndedUs;
      const target = new Statistics();
      addStatistics(new ByteReader(statisticsBytes(statistics, 1_000_000)), target, 1_000_000, [], true);
      expect(target.lastEndedUs).toBe(lastEndedUs);
    }
  });

  it('store a response time that only looks like the service time', () => {
    const statistics = new Statistics();
    // Same count, sum, sum of squares, minimum and maximum; other values.
    for (const us of [0, 1, 5, 6, 30]) statistics.serviceTime.record(us);
    const response = new Distribution();
    for (const us of [0, 2, 3, 7, 30]) response.record(us);
    statistics.responseTime = response;
    expect([response.count, response.sumUs, response.squaresLow]).toEqual([
      statistics.serviceTime.count,
      statistics.serviceTime.sumUs,
      statistics.serviceTime.squaresLow,
    ]);
    const target = new Statistics();
    addStatistics(new ByteReader(statisticsBytes(statistics)), target, 0, [], true);
    expect(plain(target)).toEqual(plain(statistics));
  });

  it('are refused with flags or errors that nobody knows', () => {
    const bytes = statisticsBytes(statisticsOf([]));
    bytes[0] = 128;
    expect(() => addStatistics(new ByteReader(bytes), new Statistics(), 0, [], true)).toThrow(damagedError);
    const failed = new Statistics();
    failed.countError({ type: 'http', message: 'HTTP 500', count: 1, example: null });
    expect(() => addStatistics(new ByteReader(statisticsBytes(failed)), new Statistics(), 0, [], true)).toThrow(
      damagedError,
    );
  });
});

describe('isEmpty', () => {
  it('is false as soon as there is anything', () => {
    expect(isEmpty(new Statistics())).toBe(true);
    const changes: ((statistics: Statistics) => void)[] = [
      ...(
        [
          'requests',
          'failures',
          'plannedStarts',
          'lateStarts',
          'droppedStarts',
          'unfinishedRequests',
          'bytesSent',
          'bytesReceived',
          'concurrencyMax',
          'lastEndedUs',
        ] as const
      ).map((name) => (statistics: Statistics) => {
        statistics[name] = 1;
      }),
      (statistics) => statistics.serviceTime.record(0),
      (statistics) => statistics.timeToFirstByte.record(0),
      ...phases.map((phase) => (statistics: Statistics) => statistics.recordPhase(phase, 0)),
      (statistics) => statistics.countCode(200, 1),
      (statistics) => statistics.countError({ type: 't', message: 'm', count: 1, example: null }),
    ];
    for (const change of changes) {
      const statistics = new Statistics();
      change(statistics);
      expect(isEmpty(statistics)).toBe(false);
    }
  });
});
