/**
 * A run folder in S3 (`s3://bucket/runs/<runId>/?region=eu-west-1`), with credentials that the control plane gives for a while. Only tasks whose
 * folder lies there import this: the SDK takes a tenth of a second of CPU to load.
 *
 * `AWS_ENDPOINT_URL_S3` says where S3 is, should it be elsewhere.
 */
import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { askControlPlane } from './control-plane.ts';
import { offsetOf, probeClock } from './control-plane-clock.ts';
import { type Credentials, RunAccess, type RunAccessOptions } from './run-access.ts';
import type { RunFolder } from './run-folder.ts';
import { s3Failure, statusOf } from './s3-failure.ts';
import { putObject } from './s3-put.ts';

export interface S3RunFolderOptions extends RunAccessOptions {
  /** Where it lies. The prefix ends in a slash. */
  bucket: string;
  prefix: string;
  /** Of the bucket, which need not be the task's. */
  region: string;
}

const TIMEOUT_MS = 10_000;
/** Slower than this a large object does not travel, and its request is given up. */
const BYTES_PER_MS_MIN = 256;
/** Each is a request to the API; hosts in AWS have their clocks set well. */
const CLOCK_PROBES = 3;
const READ_BYTES_MAX = Math.max(limits.scenarioFileBytesMax, limits.taskObjectBytesMax);

export function openS3RunFolder(options: S3RunFolderOptions): RunFolder {
  const { bucket: Bucket, prefix, timeoutMs = TIMEOUT_MS } = options;
  const closed = new AbortController();
  const access = new RunAccess(options);
  let used: Credentials | null = null;
  const client = new S3Client({
    region: options.region,
    // Whoever calls this tries again.
    maxAttempts: 1,
    credentials: async () => {
      used = await access.credentials();
      // Long past, so that the SDK asks for each request and keeps none: when they end, only `access` knows.
      return { ...used, expiration: new Date(0) };
    },
  });
  /** `control.json` is read again and again, and rarely changes. */
  let control: { etag: string; body: Uint8Array } | null = null;

  /** One request, within the time that so many bytes may take. */
  async function attempt<T>(what: string, bytes: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    // What it takes to get credentials is bounded by itself.
    await access.credentials();
    const timeout = AbortSignal.timeout(Math.ceil(timeoutMs + bytes / BYTES_PER_MS_MIN));
    try {
      return await ask(AbortSignal.any([closed.signal, timeout]));
    } catch (error) {
      if (error instanceof LoadstarError) throw error;
      const failure = s3Failure(what, error, { isClosed: closed.signal.aborted, isLate: timeout.aborted });
      if (failure.isExpired && used !== null) access.expired(used);
      throw failure.error;
    }
  }

  async function get(path: string): Promise<Uint8Array | null> {
    const what = `cannot read ${path} in the run folder`;
    const known = path === runFolderPaths.control ? control : null;
    const bytesExpected = path.startsWith('files/') ? limits.scenarioFileBytesMax : 0;
    return attempt(what, bytesExpected, async (abortSignal) => {
      try {
        const command = new GetObjectCommand({ Bucket, Key: prefix + path, IfNoneMatch: known?.etag });
        const { Body, ContentLength = 0, ETag } = await client.send(command, { abortSignal });
        const stream = Body as Readable;
        if (ContentLength > READ_BYTES_MAX) {
          stream.destroy();
          throw new LoadstarError('store_failed', `${what}: it is larger than ${READ_BYTES_MAX} bytes`);
        }
        const body = await bytesOf(stream, abortSignal);
        if (path === runFolderPaths.control && ETag !== undefined) control = { etag: ETag, body };
        return body;
      } catch (error) {
        if (statusOf(error) === 304 && known !== null) return known.body;
        if ((error as Error).name === 'NoSuchKey') return null;
        // S3 may say so of what is not there as well.
        if ((error as Error).name === 'AccessDenied' && (await isAbsent(prefix + path, abortSignal))) return null;
        throw error;
      }
    });
  }

  async function isAbsent(key: string, abortSignal: AbortSignal): Promise<boolean> {
    try {
      const command = new ListObjectsV2Command({ Bucket, Prefix: key, MaxKeys: 1 });
      const { Contents = [] } = await client.send(command, { abortSignal });
      return Contents[0]?.Key !== key;
    } catch {
      return false;
    }
  }

  return {
    async read(path) {
      if (path === runFolderPaths.secrets) return new TextEncoder().encode(JSON.stringify(await access.secrets()));
      return get(path);
    },
    write: (path, bytes) =>
      attempt(`cannot write ${path} in the run folder`, bytes.length, (abortSignal) =>
        putObject(client, { Bucket, Key: prefix + path, bytes, abortSignal }),
      ),
    clockOffsetMs: () => clockOffsetMs(options, closed.signal),
    async close() {
      closed.abort();
      access.close();
      client.destroy();
    },
  };
}

/** S3 tells its time in whole seconds; what starts the load is the control plane's clock, so that is asked, where the access is given. */
async function clockOffsetMs({ url, token, clock }: S3RunFolderOptions, signal: AbortSignal): Promise<number> {
  const controlUrl = new URL(runFolderPaths.control, url).href;
  const request = { url: controlUrl, token, init: { method: 'HEAD' }, timeoutMs: TIMEOUT_MS, signal };
  const probes = await probeClock(
    (what) => askControlPlane({ ...request, answerBytesMax: READ_BYTES_MAX, what }),
    clock,
    CLOCK_PROBES,
  );
  return offsetOf(probes, { believesOwn: true });
}

async function bytesOf(stream: Readable, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of addAbortSignal(signal, stream)) pieces.push(piece);
  return Buffer.concat(pieces);
}
