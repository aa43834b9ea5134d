import fc from 'fast-check';
import { HistogramLogReader, listTags } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { distributionOf, durationUs, label, sample, statisticsOf } from './fixtures/samples.ts';
import { hdrMetrics, readHdrLog, writeHdrLog } from './hdr-log.ts';
import { BUCKETS_MAX, type Histogram } from './histogram.ts';
import { Statistics } from './statistics.ts';

const refused = expect.objectContaining({ code: 'run_folder_invalid' });
const meta = { startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678), durationSeconds: 20.5 };

function used(histogram: Histogram | undefined): [number, number][] {
  return [...(histogram?.counts.entries() ?? [])].filter(([, count]) => count !== 0);
}

function logOf(serviceTimes: readonly number[], name = 'home'): string {
  const statistics = new Statistics();
  statistics.serviceTime.add(distributionOf(serviceTimes));
  return writeHdrLog(new Map([[name, statistics]]), meta);
}

describe('an HdrHistogram log', () => {
  it('comes back bucket by bucket', () => {
    const labels = fc.uniqueArray(fc.tuple(label, fc.array(sample, { maxLength: 6 })), {
      maxLength: 3,
      selector: ([name]) => name.toWellFormed(),
    });
    fc.assert(
      fc.property(labels, (made) => {
        const written = new Map(made.map(([name, samples]) => [name, statisticsOf(samples)]));
        const read = readHdrLog(writeHdrLog(written, meta));
        for (const [name, statistics] of written) {
          const counts = read.get(name.toWellFormed()) ?? {};
          for (const metric of hdrMetrics) expect(used(counts[metric])).toEqual(used(statistics[metric]?.histogram));
        }
        expect(read.size).toBe([...written.values()].filter(({ requests }) => requests > 0).length);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps counts up to 2^53 and the outermost buckets', () => {
    const statistics = new Statistics();
    const { serviceTime } = statistics;
    serviceTime.record(0);
    serviceTime.record(2 ** 40);
    serviceTime.histogram.addToBucket(5000, 2 ** 52);
    const counts = readHdrLog(writeHdrLog(new Map([['a', statistics]]), meta)).get('a');
    expect(used(counts?.serviceTime)).toEqual([
      [0, 1],
      [5000, 2 ** 52],
      [BUCKETS_MAX - 1, 1],
    ]);
  });

  it('is read by the standard library, with the percentiles that Loadstar gives', () => {
    fc.assert(
      fc.property(fc.array(durationUs, { minLength: 1, maxLength: 50 }), (values) => {
        const hdr = new HistogramLogReader(logOf(values, 'a, b')).nextIntervalHistogram();
        if (hdr === null) return expect.fail('the library read nothing');
        expect(hdr.tag).toBe('serviceTime:a%2C%20b');
        expect(hdr.totalCount).toBe(values.length);
        expect(hdr.startTimeStampMsec).toBeCloseTo(meta.startedAtMs, 0);
        expect(hdr.endTimeStampMsec - hdr.startTimeStampMsec).toBeCloseTo(20_500, 0);
        const distribution = distributionOf(values);
        for (const percentile of [50, 75, 90, 95, 99, 99.9]) {
          const within = Math.min(
            Math.max(hdr.getValueAtPercentile(percentile), distribution.minUs),
            distribution.maxUs,
          );
          expect(within).toBe(distribution.percentileUs(percentile));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has the lines that readers expect', () => {
    const lines = logOf([1500]).split('\n');
    expect(lines[0]).toBe('#[Histogram log format version 1.3]');
    expect(lines).toContain('#[StartTime: 1767323045.678 (seconds since epoch), 2026-01-02T03:04:05.678Z]');
    expect(lines).toContain('#[BaseTime: 1767323045.678 (seconds since epoch)]');
    expect(lines.at(-2)).toMatch(/^Tag=serviceTime:home,0\.000,20\.500,1\.500,HIST[A-Za-z0-9+/=]+$/);
    expect(listTags(logOf([1]))).toEqual(['serviceTime:home']);
  });

  it('adds up lines of the same label, so that logs of tasks can be concatenated', () => {
    const counts = readHdrLog(logOf([1, 2]) + logOf([2, 3])).get('home');
    expect(used(counts?.serviceTime)).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
    ]);
  });

  it('is refused with the number of the line that is wrong', () => {
    const good = logOf([5]);
    const line = good.split('\n').at(-2)!;
    for (const wrong of [
      'nonsense',
      line.replace('serviceTime', 'other'),
      line.replace('home', '%ff'),
      line.replace('Tag=serviceTime:home,', ''),
      line.replace(/HIST.*/, 'HISTFAAA'),
      line.replace(/HIST.*/, 'AAAA'),
      `${line}${'A'.repeat(500_000)}`,
    ]) {
      expect(() => readHdrLog(good + wrong)).toThrow(refused);
      expect(() => readHdrLog(good + wrong)).toThrow(/line 8/i);
    }
  });

  it('is empty but readable without any label', () => {
    expect(readHdrLog(writeHdrLog(new Map(), meta)).size).toBe(0);
    expect(readHdrLog('').size).toBe(0);
  });
});
