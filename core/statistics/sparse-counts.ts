/**
 * The used buckets of a histogram as bytes. The format names neither the first nor the last bucket: whoever stores a distribution
 * stores its minimum and maximum anyway. From the first bucket on, each used one is a token:
 *
 *     token = unused buckets before it * 4 + code      varint of at most 3 bytes
 *     code    0, 1, 2: its count is 1, 2, 3            3: its count - 4 follows as a varint (up to 2^53)
 *
 * A few dozen samples take about two bytes each; a full histogram about one byte a bucket.
 */
import { type ByteReader, type ByteWriter, damaged } from './bytes.ts';
import { BUCKETS_MAX, type Histogram } from './histogram.ts';

/** Longest token with its count. */
const TOKEN_BYTES_MAX = 3 + 8;

/** Writes the counts of `lowest` to `highest`, which must be the histogram's first and last used buckets. */
export function writeSparseCounts(writer: ByteWriter, histogram: Histogram, lowest: number, highest: number): void {
  const counts = histogram.counts;
  let bytes = writer.bytes;
  let position = writer.position;
  let next = lowest;
  for (let bucket = lowest; bucket <= highest; bucket++) {
    const count = counts[bucket]!;
    if (count === 0) continue;
    if (position + TOKEN_BYTES_MAX > bytes.length) {
      writer.position = position;
      writer.reserve(TOKEN_BYTES_MAX);
      bytes = writer.bytes;
    }
    const token = ((bucket - next) << 2) | (count > 3 ? 3 : count - 1);
    next = bucket + 1;
    if (token < 128) {
      bytes[position++] = token;
    } else if (token < 16384) {
      bytes[position++] = (token & 127) | 128;
      bytes[position++] = token >>> 7;
    } else {
      bytes[position++] = (token & 127) | 128;
      bytes[position++] = ((token >>> 7) & 127) | 128;
      bytes[position++] = token >>> 14;
    }
    if (count < 4) continue;
    if (count < 4 + 128) {
      bytes[position++] = count - 4;
    } else {
      writer.position = position;
      writer.varint(count - 4);
      bytes = writer.bytes;
      position = writer.position;
    }
  }
  writer.position = position;
}

/**
 * Adds the counts of `lowest` to `highest` that `writeSparseCounts` wrote to a histogram, and returns their sum. Damaged bytes throw
 * `run_folder_invalid`, after which the histogram's counts are meaningless.
 */
export function addSparseCounts(reader: ByteReader, histogram: Histogram, lowest: number, highest: number): number {
  if (!(lowest <= highest && highest < BUCKETS_MAX)) throw damaged('a histogram has impossible bounds');
  histogram.cover(lowest, highest);
  const counts = histogram.counts;
  const bytes = reader.bytes;
  let position = reader.position;
  let bucket = lowest - 1;
  let sum = 0;
  // Each token moves on by a bucket at least, so that any bytes end the loop. What lies behind the end reads as undefined, which no
  // comparison below takes for a bucket: the check after the loop finds it.
  do {
    let token = bytes[position++]!;
    if (token > 127) {
      const second = bytes[position++]!;
      token = (token & 127) | ((second & 127) << 7);
      if (second > 127) token |= bytes[position++]! << 14;
    }
    bucket += (token >>> 2) + 1;
    let count = (token & 3) + 1;
    if (count === 4) {
      const more = bytes[position++]!;
      if (more < 128) {
        count += more;
      } else {
        reader.position = position - 1;
        count += reader.varint();
        position = reader.position;
      }
    }
    counts[bucket]! += count;
    sum += count;
  } while (bucket < highest);
  if (bucket !== highest || position > reader.end) throw damaged('a histogram does not end where it should');
  reader.position = position;
  return sum;
}
