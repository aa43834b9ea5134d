/**
 * A window as one line of a task's standard output: what the console shows while a run is under way. At most `limits.windowLineBytesMax`
 * long: what does not fit loses detail in steps, and the counts never do. Live data is lossy; segments are the truth.
 */
import { z } from 'zod';
import { idSchema } from '../api/common.ts';
import { limits } from '../limits.ts';
import type { TaskId } from '../plan/plan.ts';
import { regionNameSchema } from '../scenario/scenario.ts';
import { ByteReader, ByteWriter } from '../statistics/bytes.ts';
import { Distribution } from '../statistics/distribution.ts';
import { BUCKETS_MAX, Histogram } from '../statistics/histogram.ts';
import { addSparseCounts, writeSparseCounts } from '../statistics/sparse-counts.ts';
import { Statistics } from '../statistics/statistics.ts';

const count = z.int().min(0);

const distributionLineSchema = z.object({
  count,
  sumUs: count,
  /** Sum of squares: `high * 2^48 + low`. */
  squares: z.tuple([count, count]),
  /** 0 when empty. */
  minUs: count,
  maxUs: count,
  /** First and last used bucket; null when empty. */
  buckets: z.tuple([count, count]).nullable(),
  /** Base64 of the counts of those buckets (`core/statistics/sparse-counts.ts`). */
  counts: z.string(),
});

export const windowLineSchema = z.object({
  type: z.literal('window'),
  /** Which run it is of, where the task's log is shared with tasks of other runs. */
  run: idSchema.optional(),
  region: regionNameSchema,
  task: count,
  /** Number of the line: with region and task it names the window, so that taking it twice can be noticed. */
  seq: count,
  /** First second, from go. */
  second: count,
  /** Seconds it covers; the last one of a run may cover fewer than the live interval. */
  seconds: z.int().min(1),
  /** Most users active at once. */
  users: count,
  total: z.object({
    requests: count,
    failures: count,
    plannedStarts: count,
    lateStarts: count,
    droppedStarts: count,
    unfinishedRequests: count,
    bytesSent: count,
    bytesReceived: count,
    /** By response code; `other` when there were too many to name. */
    codes: z.record(z.string().regex(/^(?:\d{1,9}|other)$/), count),
    /** By type of error. */
    errors: z.record(z.string(), count),
    responseTime: distributionLineSchema,
    /** Null: the same as the response time. */
    serviceTime: distributionLineSchema.nullable(),
  }),
  /** The busiest labels first: label, requests, failures, sum of response times in microseconds. */
  labels: z.array(z.tuple([z.string(), count, count, count])).max(limits.windowLabelsMax),
});
export type WindowLine = z.infer<typeof windowLineSchema>;

/** How the line of a window begins. Windows make up nearly all that a task prints. */
export const WINDOW_LINE_START = '{"type":"window"';

export interface LiveWindow extends TaskId {
  /** As far as the line says it. */
  run?: string;
  seq: number;
  second: number;
  seconds: number;
  /** All labels and the task itself; `concurrencyMax` counts users. Has neither times to first byte, connects nor messages of errors. */
  total: Statistics;
  labels: LiveLabel[];
}

/** What a line says of a label. */
export interface LiveLabel {
  label: string;
  requests: number;
  failures: number;
  /** Of its response times. */
  sumUs: number;
}

/** How much detail a line keeps; tried from the top until it fits. */
const DETAILS = [
  // Merging 2^k buckets leaves a relative error of at most 2^k / 1024.
  { mergedBits: 0, labels: 20, names: 100 },
  { mergedBits: 2, labels: 20, names: 100 },
  { mergedBits: 3, labels: 10, names: 50 },
  { mergedBits: 4, labels: 5, names: 20 },
  { mergedBits: 4, labels: 0, names: 20 },
  { mergedBits: 7, labels: 0, names: 0 },
] as const;
type Detail = (typeof DETAILS)[number];

/** Key that takes the codes and error types which a line has no room to name. */
const OTHERS = 'other';

/** The line of a window (or of several seconds merged), without a newline. */
export function encodeWindowLine(input: {
  id: TaskId;
  /** Null, or not given: only its own run reads the log. */
  run?: string | null;
  seq: number;
  second: number;
  seconds: number;
  total: Statistics;
  /** All labels, in any order. */
  labels: Iterable<LiveLabel>;
}): string {
  const labels = [...input.labels]
    .filter(({ requests }) => requests > 0)
    .sort((left, right) => right.requests - left.requests || (left.label < right.label ? -1 : 1))
    .slice(0, limits.windowLabelsMax)
    .map(({ label, requests, failures, sumUs }): WindowLine['labels'][number] => [label, requests, failures, sumUs]);
  let text = '';
  for (const detail of DETAILS) {
    const line: WindowLine = {
      type: 'window',
      ...(input.run && { run: input.run }),
      region: input.id.region,
      task: input.id.task,
      seq: input.seq,
      second: input.second,
      seconds: input.seconds,
      users: input.total.concurrencyMax,
      total: totalLine(input.total, detail),
      labels: labels.slice(0, detail.labels),
    };
    text = JSON.stringify(line);
    if (new TextEncoder().encode(text).length <= limits.windowLineBytesMax) break;
  }
  return text;
}

/** The window of a line of a task's output; null when the line is none, or is damaged. */
export function parseWindowLine(text: string): LiveWindow | null {
  if (text.length > limits.windowLineBytesMax || !text.includes('"window"')) return null;
  try {
    const line = windowLineSchema.parse(JSON.parse(text));
    const { run, region, task, seq, second, seconds, users, total, labels } = line;
    return {
      ...(run !== undefined && { run }),
      region,
      task,
      seq,
      second,
      seconds,
      total: readTotal(total, users),
      labels: labels.map(([label, requests, failures, sumUs]) => ({ label, requests, failures, sumUs })),
    };
  } catch {
    return null;
  }
}

function totalLine(total: Statistics, { mergedBits, names }: Detail): WindowLine['total'] {
  const codes = [...total.codes].map(([code, times]): [string, number] => [String(code), times]);
  const errors = new Map<string, number>();
  for (const { type, count: times } of total.errors.values()) errors.set(type, (errors.get(type) ?? 0) + times);
  return {
    requests: total.requests,
    failures: total.failures,
    plannedStarts: total.plannedStarts,
    lateStarts: total.lateStarts,
    droppedStarts: total.droppedStarts,
    unfinishedRequests: total.unfinishedRequests,
    bytesSent: total.bytesSent,
    bytesReceived: total.bytesReceived,
    codes: mostFrequent(codes, names),
    errors: mostFrequent([...errors], names),
    responseTime: distributionLine(total.responseTime ?? total.serviceTime, mergedBits),
    serviceTime: total.responseTime === null ? null : distributionLine(total.serviceTime, mergedBits),
  };
}

function mostFrequent(entries: [string, number][], max: number): Record<string, number> {
  const sorted = entries.sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
  const named = new Map(sorted.slice(0, max));
  for (const [, times] of sorted.slice(max)) named.set(OTHERS, (named.get(OTHERS) ?? 0) + times);
  return Object.fromEntries(named);
}

function distributionLine(distribution: Distribution, mergedBits: number): z.infer<typeof distributionLineSchema> {
  const empty = distribution.count === 0;
  const histogram = mergedBits === 0 ? distribution.histogram : mergeBuckets(distribution.histogram, mergedBits);
  const writer = new ByteWriter();
  if (!empty) writeSparseCounts(writer, histogram, histogram.lowest, histogram.highest);
  return {
    count: distribution.count,
    sumUs: distribution.sumUs,
    squares: [distribution.squaresHigh, distribution.squaresLow],
    minUs: empty ? 0 : distribution.minUs,
    maxUs: distribution.maxUs,
    buckets: empty ? null : [histogram.lowest, histogram.highest],
    counts: toBase64(writer.finish()),
  };
}

/** Counts of 2^bits neighbours in the last of them: percentiles, which name the upper end of a bucket, then err upwards only. */
function mergeBuckets(histogram: Histogram, bits: number): Histogram {
  const merged = new Histogram();
  const mask = 2 ** bits - 1;
  for (const [bucket, times] of histogram.usedBuckets()) merged.addToBucket(bucket | mask, times);
  return merged;
}

function readTotal(line: WindowLine['total'], users: number): Statistics {
  const total = new Statistics();
  total.requests = line.requests;
  total.failures = line.failures;
  total.plannedStarts = line.plannedStarts;
  total.lateStarts = line.lateStarts;
  total.droppedStarts = line.droppedStarts;
  total.unfinishedRequests = line.unfinishedRequests;
  total.bytesSent = line.bytesSent;
  total.bytesReceived = line.bytesReceived;
  total.concurrencyMax = users;
  // Codes that were not named have no number to be counted under.
  for (const [code, times] of Object.entries(line.codes)) if (code !== OTHERS) total.countCode(Number(code), times);
  for (const [type, times] of Object.entries(line.errors)) {
    total.countError({ type, message: '', count: times, example: null });
  }
  if (line.serviceTime === null) {
    readDistribution(line.responseTime, total.serviceTime);
  } else {
    readDistribution(line.serviceTime, total.serviceTime);
    total.responseTime = new Distribution();
    readDistribution(line.responseTime, total.responseTime);
  }
  return total;
}

/** Throws when the numbers contradict each other. */
function readDistribution(line: z.infer<typeof distributionLineSchema>, target: Distribution): void {
  if (line.buckets === null || line.count === 0) {
    if (line.buckets !== null || line.count !== 0) throw new Error('an empty distribution has no buckets');
    return;
  }
  const [lowest, highest] = line.buckets;
  if (lowest > highest || highest >= BUCKETS_MAX || line.minUs > line.maxUs) throw new Error('impossible bounds');
  const bytes = fromBase64(line.counts);
  if (addSparseCounts(new ByteReader(bytes), target.histogram, lowest, highest) !== line.count) {
    throw new Error('the buckets do not add up to the count');
  }
  target.count = line.count;
  target.sumUs = line.sumUs;
  target.squaresHigh = line.squares[0];
  target.squaresLow = line.squares[1];
  target.minUs = line.minUs;
  target.maxUs = line.maxUs;
}

function toBase64(bytes: Uint8Array): string {
  let characters = '';
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
