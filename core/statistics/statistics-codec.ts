/**
 * Distributions and statistics as bytes, and back by adding them to others: what segments consist of. The same content always gives the
 * same bytes.
 *
 *     distribution    0                                          empty
 *                     max + 1, max - min, sum, squares (low 48 bits, rest), used buckets (sparse-counts.ts)      microseconds; varints
 *     statistics      flags                                      one byte, see below
 *                     requests, failures, bytes sent, bytes received, concurrencyMax                             varints
 *                     last end                                   0: none; else 1 + signed varint of us from the window's start
 *                     planned, late, dropped, unfinished         with flag STARTS; else planned = requests, the others 0
 *                     service time, time to first byte           distributions
 *                     response time                              with flag RESPONSE; else the same as the service time
 *                     connect, resolve, tls, transfer            each with its flag; else empty
 *                     codes: number, then (code, count) each     ascending
 *                     errors: number, then (id, count) each      with flag ERRORS; ids of the segment's dictionary
 */
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';
import type { Distribution } from './distribution.ts';
import { bucketOf, LARGEST_VALUE_US } from './histogram.ts';
import { addSparseCounts, writeSparseCounts } from './sparse-counts.ts';
import { type ErrorCount, errorKey, type Phase, phases, type Statistics } from './statistics.ts';

const RESPONSE = 1;
const STARTS = 4;
const ERRORS = 8;
const phaseFlags: Readonly<Record<Phase, number>> = { connect: 2, resolve: 16, tls: 32, transfer: 64 };
const FLAGS_ALL = 127;
const SQUARES_BASE = 2 ** 48;

/** An error of a segment's dictionary; `key` as in `Statistics.errors`. */
export interface DictionaryError {
  key: string;
  type: string;
  message: string;
  example: string | null;
}

export function writeDistribution(writer: ByteWriter, distribution: Distribution): void {
  if (distribution.count === 0) {
    writer.byte(0);
    return;
  }
  const { minUs, maxUs } = distribution;
  writer.varint(maxUs + 1);
  writer.varint(maxUs - minUs);
  writer.varint(distribution.sumUs);
  writer.varint(distribution.squaresLow);
  writer.varint(distribution.squaresHigh);
  writeSparseCounts(writer, distribution.histogram, bucketOf(minUs), bucketOf(maxUs));
}

/** Adds a written distribution to `target`. Throws `run_folder_invalid` for damaged bytes, after which `target` is meaningless. */
export function addDistribution(reader: ByteReader, target: Distribution): void {
  const maxUs = reader.varint() - 1;
  if (maxUs < 0) return;
  const minUs = maxUs - reader.varint();
  if (minUs < 0 || maxUs > LARGEST_VALUE_US) throw damaged('a distribution has impossible bounds');
  const sumUs = reader.varint();
  const squaresLow = reader.varint();
  const squaresHigh = reader.varint();
  if (squaresLow >= SQUARES_BASE) throw damaged('a sum of squares is too large');
  const count = addSparseCounts(reader, target.histogram, bucketOf(minUs), bucketOf(maxUs));
  if (sumUs < minUs * count || sumUs > maxUs * count) throw damaged('a sum does not fit to its counts');
  target.count += count;
  target.sumUs += sumUs;
  target.addSquares(squaresHigh, squaresLow);
  if (minUs < target.minUs) target.minUs = minUs;
  if (maxUs > target.maxUs) target.maxUs = maxUs;
}

/** True when there is nothing in it to store. */
export function isEmpty(statistics: Statistics): boolean {
  return (
    statistics.requests === 0 &&
    statistics.concurrencyMax === 0 &&
    statistics.plannedStarts === 0 &&
    statistics.lateStarts === 0 &&
    statistics.droppedStarts === 0 &&
    statistics.unfinishedRequests === 0 &&
    statistics.bytesSent === 0 &&
    statistics.bytesReceived === 0 &&
    statistics.failures === 0 &&
    statistics.lastEndedUs === 0 &&
    statistics.serviceTime.count === 0 &&
    statistics.timeToFirstByte.count === 0 &&
    phases.every((phase) => (statistics[phase]?.count ?? 0) === 0) &&
    statistics.codes.size === 0 &&
    statistics.errors.size === 0
  );
}

/** Writes what was measured in the window that starts at `startUs` from go; `errorId` names errors by the dictionary. */
export function writeStatistics(
  writer: ByteWriter,
  statistics: Statistics,
  startUs: number,
  errorId: (error: ErrorCount) => number,
): void {
  const { requests, plannedStarts, lateStarts, droppedStarts, unfinishedRequests, lastEndedUs } = statistics;
  const responseTime = responseTimeToStore(statistics);
  const starts =
    plannedStarts !== requests || lateStarts !== 0 || droppedStarts !== 0 || unfinishedRequests !== 0 ? STARTS : 0;
  const hasErrors = statistics.errors.size > 0;
  const phaseBits = phaseFlagsOf(statistics);
  writer.byte((responseTime ? RESPONSE : 0) | phaseBits | starts | (hasErrors ? ERRORS : 0));
  writer.varint(requests);
  writer.varint(statistics.failures);
  writer.varint(statistics.bytesSent);
  writer.varint(statistics.bytesReceived);
  writer.varint(statistics.concurrencyMax);
  if (lastEndedUs === 0) {
    writer.byte(0);
  } else {
    const fromStart = lastEndedUs - startUs;
    writer.varint(1 + (fromStart < 0 ? -fromStart * 2 - 1 : fromStart * 2));
  }
  if (starts) {
    writer.varint(plannedStarts);
    writer.varint(lateStarts);
    writer.varint(droppedStarts);
    writer.varint(unfinishedRequests);
  }
  writeDistribution(writer, statistics.serviceTime);
  writeDistribution(writer, statistics.timeToFirstByte);
  if (responseTime) writeDistribution(writer, responseTime);
  for (const phase of phases) {
    const times = statistics[phase];
    if (times !== null && times.count > 0) writeDistribution(writer, times);
  }
  writeCodes(writer, statistics.codes);
  if (hasErrors) writeErrors(writer, statistics.errors, errorId);
}

/**
 * Adds written statistics to `target`. `concurrent`: of the same second, so that concurrencies add up; else the larger one counts. Throws
 * `run_folder_invalid` for damaged bytes, after which `target` is meaningless.
 */
export function addStatistics(
  reader: ByteReader,
  target: Statistics,
  startUs: number,
  errors: readonly DictionaryError[],
  concurrent: boolean,
): void {
  const flags = reader.byte();
  if (flags > FLAGS_ALL) throw damaged('it has flags that this version does not know');
  const requests = reader.varint();
  target.requests += requests;
  target.failures += reader.varint();
  target.bytesSent += reader.varint();
  target.bytesReceived += reader.varint();
  const concurrency = reader.varint();
  if (concurrent) target.concurrencyMax += concurrency;
  else if (concurrency > target.concurrencyMax) target.concurrencyMax = concurrency;
  const lastEnd = reader.varint() - 1;
  if (lastEnd >= 0) {
    const lastEndedUs = startUs + (lastEnd % 2 === 0 ? lastEnd / 2 : -(lastEnd + 1) / 2);
    if (lastEndedUs > target.lastEndedUs) target.lastEndedUs = lastEndedUs;
  }
  if (flags & STARTS) {
    target.plannedStarts += reader.varint();
    target.lateStarts += reader.varint();
    target.droppedStarts += reader.varint();
    target.unfinishedRequests += reader.varint();
  } else {
    target.plannedStarts += requests;
  }
  addTimes(reader, target, flags);
  addCodes(reader, target);
  if (flags & ERRORS) addErrors(reader, target, errors);
}

function phaseFlagsOf(statistics: Statistics): number {
  let flags = 0;
  for (const phase of phases) if ((statistics[phase]?.count ?? 0) > 0) flags |= phaseFlags[phase];
  return flags;
}

/** Null when response times need no place of their own: they are the service times. */
function responseTimeToStore(statistics: Statistics): Distribution | null {
  const { responseTime, serviceTime } = statistics;
  if (responseTime === null || sameDistribution(responseTime, serviceTime)) return null;
  return responseTime;
}

function sameDistribution(one: Distribution, other: Distribution): boolean {
  if (
    one.count !== other.count ||
    one.sumUs !== other.sumUs ||
    one.squaresLow !== other.squaresLow ||
    one.squaresHigh !== other.squaresHigh ||
    one.minUs !== other.minUs ||
    one.maxUs !== other.maxUs
  ) {
    return false;
  }
  if (one.count === 0) return true;
  const highest = bucketOf(one.maxUs);
  for (let bucket = bucketOf(one.minUs); bucket <= highest; bucket++) {
    if (one.histogram.counts[bucket] !== other.histogram.counts[bucket]) return false;
  }
  return true;
}

function addTimes(reader: ByteReader, target: Statistics, flags: number): void {
  const hasResponse = (flags & RESPONSE) !== 0;
  // Before the service times are added: what the target holds so far had equal response times.
  if (hasResponse) target.splitResponseTime();
  const serviceAt = reader.position;
  addDistribution(reader, target.serviceTime);
  if (!hasResponse && target.responseTime !== null) {
    reader.position = serviceAt;
    addDistribution(reader, target.responseTime);
  }
  addDistribution(reader, target.timeToFirstByte);
  if (hasResponse && target.responseTime !== null) addDistribution(reader, target.responseTime);
  for (const phase of phases) if (flags & phaseFlags[phase]) addDistribution(reader, target.phase(phase));
}

function writeCodes(writer: ByteWriter, codes: ReadonlyMap<number, number>): void {
  writer.varint(codes.size);
  const ascending = codes.size > 1 ? [...codes].sort((one, other) => one[0] - other[0]) : codes;
  for (const [code, count] of ascending) {
    writer.varint(code);
    writer.varint(count);
  }
}

function addCodes(reader: ByteReader, target: Statistics): void {
  const length = reader.count(2);
  for (let i = 0; i < length; i++) {
    const code = reader.varint();
    target.countCode(code, reader.varint());
  }
}

function writeErrors(
  writer: ByteWriter,
  errors: ReadonlyMap<string, ErrorCount>,
  errorId: (error: ErrorCount) => number,
): void {
  // By key: ids are given in this order, so that the same errors always get the same ones. Several may share one.
  const counts = new Map<number, number>();
  const byKey = errors.size > 1 ? [...errors].sort(([one], [other]) => (one < other ? -1 : 1)) : [...errors];
  for (const [, error] of byKey) {
    const id = errorId(error);
    counts.set(id, (counts.get(id) ?? 0) + error.count);
  }
  writer.varint(counts.size);
  for (const [id, count] of counts) {
    writer.varint(id);
    writer.varint(count);
  }
}

function addErrors(reader: ByteReader, target: Statistics, errors: readonly DictionaryError[]): void {
  const length = reader.count(2);
  for (let i = 0; i < length; i++) {
    const error = errors[reader.varint()];
    if (error === undefined) throw damaged('it names an error that is not in its dictionary');
    const count = reader.varint();
    const known = target.errors.get(error.key);
    if (known === undefined) {
      target.errors.set(error.key, { type: error.type, message: error.message, count, example: error.example });
    } else {
      known.count += count;
      if (error.example !== null && (known.example === null || error.example < known.example)) {
        known.example = error.example;
      }
    }
  }
}

/** A dictionary's error, as it is read. */
export function dictionaryError(type: string, message: string, example: string | null): DictionaryError {
  return { key: errorKey(type, message), type, message, example };
}
