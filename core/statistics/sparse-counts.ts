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
  let bucket = lowest;
  let unused = 0;
  while (bucket <= highest) {
    // Most buckets of a second's histogram are unused: look at four at once.
    while (
      bucket + 3 <= highest &&
      counts[bucket]! + counts[bucket + 1]! + counts[bucket + 2]! + counts[bucket + 3]! === 0
    ) {
      bucket += 4;
      unused += 4;
    }
    const count = counts[bucket]!;
    bucket++;
    if (count === 0) {
      unused++;
      continue;
    }
    writeToken(writer, unused * 4 + (count > 3 ? 3 : count - 1));
    if (count > 3) writer.varint(count - 4);
    unused = 0;
  }
}

function writeToken(writer: ByteWriter, token: number): void {
  writer.reserve(TOKEN_BYTES_MAX);
  const bytes = writer.bytes;
  let position = writer.position;
  if (token > 127) {
    bytes[position++] = (token & 127) | 128;
    if (token > 16383) bytes[position++] = ((token >>> 7) & 127) | 128;
  }
  bytes[position++] = token > 16383 ? token >>> 14 : token > 127 ? token >>> 7 : token;
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
