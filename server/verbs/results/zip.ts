/** A zip file made while it is read: one entry is open at a time, and no more is read than is asked for. */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  /** Relative, parts separated by `/`. */
  path: string;
  modifiedAtMs: number;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** What zip files can say of a time. */
const TIME_MIN_MS = Date.UTC(1980, 0, 2);
const TIME_MAX_MS = Date.UTC(2037, 0, 1);
const READABLE_BY_ALL = 0o100644;

/** Throws what an entry throws. Ending it early lets go of the entry that is open. */
export async function* zipOf(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let source: Readable | null = null;
  const fail = (error: Error) => {
    // Silences the zip file, which would go on with the next entry.
    zip.emit('error', error);
  };
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { path, modifiedAtMs, open } of entries) {
    const mtime = new Date(Math.min(TIME_MAX_MS, Math.max(TIME_MIN_MS, modifiedAtMs)));
    zip.addReadStreamLazy(path, { mtime, mode: READABLE_BY_ALL }, (give) => {
      source = Readable.from(piecesOf(open), { objectMode: false });
      source.on('error', fail);
      give(null, source);
    });
  }
  zip.end();
  try {
    yield* output as AsyncIterable<Uint8Array>;
  } finally {
    (source as Readable | null)?.destroy();
    output.destroy();
  }
}

async function* piecesOf(open: ZipEntry['open']): AsyncGenerator<Uint8Array> {
  yield* await open();
}
