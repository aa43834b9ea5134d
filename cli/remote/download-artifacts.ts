/** What a run's tasks left, brought from a server into a folder or a zip file. A server decides no path outside of it. */
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { Artifact } from '../../core/api/runs.ts';
import { LoadstarError } from '../../core/errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { errorOfFailure } from '../client/api-error.ts';
import { allPages } from './all-pages.ts';

const PART_BYTES_MAX = 255;

/** Into `folder`, which must be new or empty. Resolves with what was written. Throws `option_invalid`, `store_failed`, and what the server answers. */
export async function downloadArtifacts(client: ApiClient, runId: string, folder: string): Promise<Artifact[]> {
  const { items } = await allPages((cursor) => client.listArtifacts(runId, cursor));
  for (const { path } of items) checkPath(path);
  await makeEmptyFolder(folder);
  for (const { path } of items) {
    const file = join(folder, ...path.split('/'));
    await onDisk(file, () => mkdir(dirname(file), { recursive: true }));
    await writeStream(client, await client.readArtifact(runId, path), file);
  }
  return items;
}

/** Into a new file, which is there only as a whole. Throws as above. */
export async function downloadZip(client: ApiClient, runId: string, file: string): Promise<void> {
  const draft = `${file}.part`;
  // Claims the name: what is there is never replaced.
  const claimed = await onDisk(file, () => open(file, 'wx'));
  await claimed.close();
  try {
    await writeStream(client, await client.readArtifactsZip(runId), draft);
    await onDisk(file, () => rename(draft, file));
  } catch (error) {
    await Promise.all([draft, file].map((path) => rm(path, { force: true })));
    throw error;
  }
}

function checkPath(path: string): void {
  const isSafe = path
    .split('/')
    .every((part) => !['', '.', '..'].includes(part) && Buffer.byteLength(part) <= PART_BYTES_MAX);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its job
  if (isSafe && !/[\\\u0000-\u001f\u007f]/.test(path)) return;
  throw new LoadstarError(
    'server_answer_invalid',
    'The server names an artifact by a path that is none inside a folder.',
    {
      fields: [{ path, message: 'is not written anywhere' }],
    },
  );
}

async function makeEmptyFolder(folder: string): Promise<void> {
  await onDisk(folder, () => mkdir(folder, { recursive: true }));
  const entries = await onDisk(folder, () => readdir(folder));
  if (entries.length === 0) return;
  const message = `${folder} is not empty: it would mix two runs; name a new folder`;
  throw new LoadstarError('option_invalid', 'The folder cannot be used.', { fields: [{ path: '-o', message }] });
}

async function writeStream(client: ApiClient, body: ReadableStream<Uint8Array>, file: string): Promise<void> {
  const source = Readable.fromWeb(body as WebStream<Uint8Array>);
  let broken: unknown = null;
  source.once('error', (error) => {
    broken = error;
  });
  try {
    // Never through a link, never over a file that is there.
    await pipeline(source, createWriteStream(file, { flags: 'wx' }));
  } catch (error) {
    throw error === broken ? errorOfFailure(error, client.server) : diskFailed(file, error);
  }
}

async function onDisk<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw diskFailed(path, error);
  }
}

function diskFailed(path: string, cause: unknown): LoadstarError {
  if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
    const fields = [{ path: '-o', message: `${path} exists already; name another` }];
    return new LoadstarError('option_invalid', 'The file cannot be made.', { fields, cause });
  }
  const message = `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new LoadstarError('store_failed', message, { cause });
}
