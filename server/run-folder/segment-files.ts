/** Segments as files: compressed with zstd. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { RunFolder } from './run-folder.ts';

/** The segment, uncompressed; null when there is none. Throws `run_folder_invalid` when it is none or expands beyond the limit. */
export async function readSegmentFile(folder: RunFolder, path: string): Promise<Uint8Array | null> {
  const body = await folder.get(path);
  if (body === null) return null;
  try {
    return zstdDecompressSync(body, { maxOutputLength: limits.segmentBytesMax });
  } catch (error) {
    throw new LoadstarError('run_folder_invalid', `${path} cannot be decompressed.`, { cause: error });
  }
}

/** With a checksum, so that damage is noticed where it would still decompress. */
const compression = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

export async function writeSegmentFile(folder: RunFolder, path: string, segment: Uint8Array): Promise<void> {
  await folder.put(path, zstdCompressSync(segment, compression));
}
