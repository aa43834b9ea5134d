/**
 * Whole-run totals as an HdrHistogram log: the text format, version 1.3, that the HdrHistogram tools of every language read, one line for
 * each label and metric. So anybody can check Loadstar's percentiles with a program that is not Loadstar.
 *
 *     Tag=<metric>:<label, percent-encoded>,<start>,<length>,<max>,<base64 of the compressed V2 encoding>
 *
 * Values are microseconds (1 us lowest, three significant digits); start and length are seconds from go; max is in milliseconds. A label
 * without a `responseTime` line has response times that equal its service times.
 */
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { LoadstarError } from '../errors.ts';
import type { Distribution } from './distribution.ts';
import { BUCKETS_MAX, bucketLowestUs, Histogram, LARGEST_VALUE_US } from './histogram.ts';
import type { Statistics } from './statistics.ts';

const VERSION_LINE = '#[Histogram log format version 1.3]';
const LEGEND = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"';
/** The encoding of a histogram in which every bucket has a count of its own takes less. */
const ENCODED_CHARACTERS_MAX = 400_000;

export const hdrMetrics = [
  'serviceTime',
  'responseTime',
  'timeToFirstByte',
  'resolve',
  'connect',
  'tls',
  'transfer',
] as const;
export type HdrMetric = (typeof hdrMetrics)[number];

/** What a log holds of a label. A metric without values has no line. */
export type HdrCounts = Partial<Record<HdrMetric, Histogram>>;

/** What the library's decoded histograms have, and its types do not show. */
interface DecodedHdr {
  numberOfSignificantValueDigits: number;
  lowestDiscernibleValue: number;
  countsArrayLength: number;
  getCountAtIndex(index: number): number;
}

/** `durationSeconds`: go to the last end. Lines are in order of the labels' code units. */
export function writeHdrLog(
  labels: ReadonlyMap<string, Statistics>,
  meta: { startedAtMs: number; durationSeconds: number },
): string {
  const startSeconds = (meta.startedAtMs / 1000).toFixed(3);
  const lines = [
    VERSION_LINE,
    '#[Values are microseconds; Interval_Max is milliseconds]',
    '#[A label without a responseTime line has response times equal to its service times]',
    `#[StartTime: ${startSeconds} (seconds since epoch), ${new Date(meta.startedAtMs).toISOString()}]`,
    `#[BaseTime: ${startSeconds} (seconds since epoch)]`,
    LEGEND,
  ];
  for (const label of [...labels.keys()].sort()) {
    const statistics = labels.get(label)!;
    for (const metric of hdrMetrics) {
      const distribution = statistics[metric];
      if (distribution === null || distribution.count === 0) continue;
      // A label may hold half a surrogate pair, which no percent-encoding can express.
      const tag = `${metric}:${encodeURIComponent(label.toWellFormed())}`;
      const max = (distribution.maxUs / 1000).toFixed(3);
      lines.push(`Tag=${tag},0.000,${meta.durationSeconds.toFixed(3)},${max},${encode(distribution)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Reads the log of one or more runs: what has the same tag is added up. Lines of tools that write other tags are refused, since their
 * values may have another unit. Throws `run_folder_invalid`, naming the line.
 */
export function readHdrLog(text: string): Map<string, HdrCounts> {
  const labels = new Map<string, HdrCounts>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#') || line.startsWith('"')) continue;
    const where = `line ${index + 1} of the HdrHistogram log`;
    const parts = /^Tag=([A-Za-z]+):([^,\s]*),[\d.]+,[\d.]+,[\d.]+,([A-Za-z0-9+/=]+)$/.exec(line.trimEnd());
    const metric = hdrMetrics.find((name) => name === parts?.[1]);
    if (parts === null || metric === undefined) throw invalid(`${where} is not a line that Loadstar writes`);
    const label = decodeLabel(parts[2]!, where);
    let counts = labels.get(label);
    if (counts === undefined) {
      counts = {};
      labels.set(label, counts);
    }
    counts[metric] ??= new Histogram();
    addEncoded(parts[3]!, counts[metric], where);
  }
  return labels;
}

function encode(distribution: Distribution): string {
  const { counts, lowest, highest } = distribution.histogram;
  const hdr = build({
    // The library keeps counts of this width: up to 2^53.
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LARGEST_VALUE_US,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
  });
  for (let bucket = lowest; bucket <= highest; bucket++) {
    const count = counts[bucket]!;
    if (count > 0) hdr.recordValueWithCount(bucketLowestUs(bucket), count);
  }
  return encodeIntoCompressedBase64(hdr);
}

function addEncoded(encoded: string, histogram: Histogram, where: string): void {
  if (encoded.length > ENCODED_CHARACTERS_MAX) throw invalid(`${where} is too long`);
  let hdr: DecodedHdr;
  try {
    hdr = decodeFromCompressedBase64(encoded, 64) as unknown as DecodedHdr;
  } catch (error) {
    throw invalid(`${where} holds no HdrHistogram`, error);
  }
  if (hdr.numberOfSignificantValueDigits !== 3 || hdr.lowestDiscernibleValue !== 1) {
    throw invalid(`${where} has another precision than three digits from 1 us`);
  }
  for (let bucket = 0; bucket < hdr.countsArrayLength; bucket++) {
    const count = hdr.getCountAtIndex(bucket);
    if (count === 0) continue;
    if (bucket >= BUCKETS_MAX || !Number.isSafeInteger(count) || count < 0)
      throw invalid(`${where} holds impossible counts`);
    histogram.addToBucket(bucket, count);
  }
}

function decodeLabel(encoded: string, where: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    throw invalid(`${where} has a label that is not percent-encoded`, error);
  }
}

function invalid(what: string, cause?: unknown): LoadstarError {
  return new LoadstarError('run_folder_invalid', `${what[0]!.toUpperCase()}${what.slice(1)}.`, { cause });
}
