import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { Statistics } from '../statistics/statistics.ts';
import { encodeWindowLine, type LiveLabel, parseWindowLine, type WindowLine } from './window-line.ts';

const id = { region: 'eu', task: 4 };

function lineOf(total: Statistics, labels: LiveLabel[] = []): string {
  return encodeWindowLine({ id, seq: 3, second: 6, seconds: 2, total, labels });
}

function rawLine(total: Statistics, labels?: LiveLabel[]): WindowLine {
  return JSON.parse(lineOf(total, labels)) as WindowLine;
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** All that a line carries, in a comparable form. */
function contentOf(statistics: Statistics): unknown {
  const { serviceTime, responseTime, codes, errors } = statistics;
  const distributionOf = (distribution: typeof serviceTime | null): unknown =>
    distribution === null
      ? null
      : { ...distribution, histogram: [...distribution.histogram.counts.entries()].filter(([, count]) => count > 0) };
  return {
    counts: [
      statistics.requests,
      statistics.failures,
      statistics.plannedStarts,
      statistics.lateStarts,
      statistics.droppedStarts,
      statistics.unfinishedRequests,
      statistics.bytesSent,
      statistics.bytesReceived,
      statistics.concurrencyMax,
    ],
    serviceTime: distributionOf(serviceTime),
    responseTime: distributionOf(responseTime),
    codes: Object.fromEntries(codes),
    errors: Object.fromEntries([...errors.values()].map(({ type, count }) => [type, count])),
  };
}

const durations = fc.array(fc.oneof(fc.nat(3_000), fc.nat(2 ** 31 - 1)), { maxLength: 200 });
const anyStatistics = fc
  .record({
    service: durations,
    response: fc.option(durations),
    counts: fc.array(fc.nat(2 ** 31 - 1), { minLength: 9, maxLength: 9 }),
    codes: fc.dictionary(fc.nat(999).map(String), fc.nat(1_000), { maxKeys: 20 }),
    errors: fc.dictionary(fc.stringMatching(/^[a-z-]{1,10}$/), fc.integer({ min: 1, max: 99 }), { maxKeys: 5 }),
  })
  .map(({ service, response, counts, codes, errors }) => {
    const statistics = new Statistics();
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = counts;
    Object.assign(statistics, { requests: a, failures: b, plannedStarts: c, lateStarts: d, droppedStarts: e });
    Object.assign(statistics, { unfinishedRequests: f, bytesSent: g, bytesReceived: h, concurrencyMax: i });
    for (const us of service) statistics.serviceTime.record(us);
    if (response !== null) {
      const split = statistics.splitResponseTime();
      split.clear();
      for (const us of response) split.record(us);
    }
    for (const [code, count] of Object.entries(codes)) statistics.countCode(Number(code), count);
    for (const [type, count] of Object.entries(errors)) {
      statistics.countError({ type, message: '', count, example: null });
    }
    return statistics;
  });

function labelOf(label: string, requests: number): LiveLabel {
  return { label, requests, failures: 0, sumUs: requests * 1_000 };
}

/** Samples spread over every bucket of four decades: far more than a line can hold. */
function spread(samples: number): Statistics {
  const statistics = new Statistics();
  for (let i = 0; i < samples; i++) statistics.serviceTime.record(Math.floor(100 * 10 ** ((4 * i) / samples)));
  statistics.requests = samples;
  return statistics;
}

describe('a window line', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyStatistics, (total) => {
        const line = lineOf(total);
        expect(sizeOf(line)).toBeLessThanOrEqual(limits.windowLineBytesMax);
        expect(line).not.toContain('\n');
        const read = parseWindowLine(line);
        expect(read).toMatchObject({ region: 'eu', task: 4, seq: 3, second: 6, seconds: 2, labels: [] });
        expect(contentOf(read?.total ?? new Statistics())).toEqual(contentOf(total));
      }),
      { numRuns: 200 },
    );
  });

  it('says which run it is of only where it is told to', () => {
    const window = { id, seq: 0, second: 0, seconds: 1, total: spread(5), labels: [] };
    const named = encodeWindowLine({ ...window, run: 'run-1' });
    expect(named.startsWith('{"type":"window","run":"run-1"')).toBe(true);
    expect(parseWindowLine(named)?.run).toBe('run-1');
    for (const line of [encodeWindowLine(window), encodeWindowLine({ ...window, run: null })]) {
      expect(line).not.toContain('"run"');
      expect(parseWindowLine(line)?.run).toBeUndefined();
    }
  });

  it('merges with those of other tasks like the statistics themselves', () => {
    const [one, other] = [spread(300), spread(200)];
    one.concurrencyMax = 5;
    other.concurrencyMax = 6;
    const merged = new Statistics();
    for (const line of [lineOf(one), lineOf(other)])
      merged.addConcurrent(parseWindowLine(line)?.total ?? new Statistics());
    one.addConcurrent(other);
    expect(contentOf(merged)).toEqual(contentOf(one));
    expect(merged.serviceTime.stdevUs()).toBe(one.serviceTime.stdevUs());
    expect(merged.concurrencyMax).toBe(11);
  });

  it('names the 20 busiest labels, with the sum of their response times', () => {
    const labels = Array.from({ length: 30 }, (_, i) => ({
      label: `label ${i}`,
      requests: i,
      failures: i % 3,
      sumUs: 10 * i,
    }));
    const read = parseWindowLine(lineOf(new Statistics(), labels));
    expect(read?.labels).toHaveLength(limits.windowLabelsMax);
    expect(read?.labels.slice(0, 2)).toEqual([
      { label: 'label 29', requests: 29, failures: 2, sumUs: 290 },
      { label: 'label 28', requests: 28, failures: 1, sumUs: 280 },
    ]);
    expect(rawLine(new Statistics(), [labelOf('idle', 0)]).labels).toEqual([]);
  });

  it('gives up detail, never counts, to stay within its size', () => {
    const total = spread(100_000);
    total.splitResponseTime();
    const labels = Array.from({ length: 20 }, (_, i) => labelOf(`${i} ${'ü'.repeat(100)}`, 10));
    const line = lineOf(total, labels);
    expect(sizeOf(line)).toBeLessThanOrEqual(limits.windowLineBytesMax);
    const read = parseWindowLine(line)?.total ?? new Statistics();
    expect(read.requests).toBe(100_000);
    expect(read.serviceTime).toMatchObject({ count: 100_000, sumUs: total.serviceTime.sumUs, minUs: 100 });
    for (const percentile of [1, 50, 90, 99, 99.9, 100]) {
      const exact = total.serviceTime.percentileUs(percentile);
      const shown = read.serviceTime.percentileUs(percentile);
      expect(shown).toBeGreaterThanOrEqual(exact);
      expect(shown).toBeLessThanOrEqual(exact * 1.016 + 1);
    }
  });

  it('keeps labels as long as there is room for them', () => {
    const labels = Array.from({ length: 20 }, (_, i) => labelOf(`label ${i}`, 10));
    expect(rawLine(spread(2_000), labels).labels).toHaveLength(20);
    const long = Array.from({ length: 20 }, (_, i) => labelOf(`${i}${'x'.repeat(1_000)}`, 10));
    expect(rawLine(spread(10), long).labels.length).toBeGreaterThanOrEqual(5);
    const huge = [labelOf('x'.repeat(1_000_000), 10)];
    expect(rawLine(spread(10), huge).labels).toEqual([]);
  });

  it('counts under `other` what it has no room to name', () => {
    const total = spread(100_000);
    total.splitResponseTime().record(5_000_000_00);
    for (let code = 0; code < 1_000; code++) total.countCode(code, 1_000 - code);
    for (let i = 0; i < 100; i++) total.countError({ type: `t${i}`.repeat(100), message: '', count: 1, example: null });
    const line = lineOf(total);
    expect(sizeOf(line)).toBeLessThanOrEqual(limits.windowLineBytesMax);
    const { codes, errors } = rawLine(total).total;
    const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, one) => all + one, 0);
    expect(sum(codes)).toBe(500_500);
    expect(sum(errors)).toBe(100);
    expect(codes.other).toBeGreaterThan(0);
    expect(parseWindowLine(line)).not.toBeNull();
  });
});

describe('parseWindowLine', () => {
  const whole = rawLine(spread(50));

  it.each([
    '',
    'text',
    '{"type":"window"}',
    '{"message":"\\"window\\""}',
    '["window"]',
    '{"type":"window',
    'null "window"',
  ])('takes %j for no window', (text) => {
    expect(parseWindowLine(text)).toBeNull();
  });

  it('takes a line that is too long for no window, without reading it', () => {
    expect(parseWindowLine(`${lineOf(spread(10))}${' '.repeat(limits.windowLineBytesMax)}`)).toBeNull();
  });

  it.each<[string, (line: WindowLine) => void]>([
    ['a run that is none', (line) => Object.assign(line, { run: 'runs/+' })],
    ['a region that is none', (line) => Object.assign(line, { region: '../eu' })],
    ['a negative count', (line) => Object.assign(line.total, { requests: -1 })],
    ['a code that is none', (line) => Object.assign(line.total.codes, { __proto__x: 1 })],
    ['buckets beyond the last', (line) => Object.assign(line.total.responseTime, { buckets: [0, 1e9] })],
    ['buckets in the wrong order', (line) => Object.assign(line.total.responseTime, { buckets: [9, 3] })],
    ['buckets of nothing', (line) => Object.assign(line.total.responseTime, { count: 0 })],
    ['no buckets for something', (line) => Object.assign(line.total.responseTime, { buckets: null })],
    ['another count than the buckets have', (line) => Object.assign(line.total.responseTime, { count: 51 })],
    ['minimum above maximum', (line) => Object.assign(line.total.responseTime, { minUs: 1e9 })],
    [
      'counts cut off',
      (line) => Object.assign(line.total.responseTime, { counts: line.total.responseTime.counts.slice(0, 8) }),
    ],
    ['counts that are no base64', (line) => Object.assign(line.total.responseTime, { counts: '***' })],
    ['too many labels', (line) => Object.assign(line, { labels: Array(21).fill(['a', 1, 0, 1]) })],
  ])('takes a line with %s for no window', (_what, damage) => {
    const line = structuredClone(whole);
    expect(parseWindowLine(JSON.stringify(line))).not.toBeNull();
    damage(line);
    expect(parseWindowLine(JSON.stringify(line))).toBeNull();
  });

  it('survives any bytes for counts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, count) => {
        const line = structuredClone(whole);
        Object.assign(line.total.responseTime, { counts: btoa(String.fromCharCode(...bytes)), count });
        const read = parseWindowLine(JSON.stringify(line));
        if (read !== null) expect(read.total.serviceTime.count).toBe(count);
      }),
    );
  });
});
