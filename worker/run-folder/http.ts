/** A run folder that the control plane serves (`https://.../api/run-folders/<runId>/`), with the run's token. */
import { limits } from '../../core/limits.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { Clock } from '../clock.ts';
import { type Answer, askControlPlane, isProblem, refused } from './control-plane.ts';
import { offsetOf, probeClock } from './control-plane-clock.ts';
import type { RunFolder } from './run-folder.ts';

export interface HttpRunFolderOptions {
  /** Ends in a slash. */
  url: string;
  token: string;
  clock: Pick<Clock, 'epochMs' | 'monotonicMs'>;
  /** For a request without a large body, whole. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** Slower than this a large object does not travel, and its request is given up. */
const BYTES_PER_MS_MIN = 256;
const CLOCK_PROBES = 8;
const READ_BYTES_MAX = Math.max(limits.scenarioFileBytesMax, limits.taskObjectBytesMax);

export function openHttpRunFolder({ url, token, clock, timeoutMs = TIMEOUT_MS }: HttpRunFolderOptions): RunFolder {
  const closed = new AbortController();
  /** `control.json` is read again and again, and rarely changes. */
  let control: { etag: string; body: Uint8Array } | null = null;

  const request = (what: string, path: string, init: RequestInit, bytes: number): Promise<Answer> =>
    askControlPlane({
      what,
      url: urlOf(url, path),
      token,
      init,
      timeoutMs: timeoutMs + bytes / BYTES_PER_MS_MIN,
      signal: closed.signal,
      answerBytesMax: READ_BYTES_MAX,
    });

  async function read(path: string): Promise<Uint8Array | null> {
    const what = `cannot read ${path} in the run folder`;
    const known = path === runFolderPaths.control ? control : null;
    const headers: Record<string, string> = known === null ? {} : { 'if-none-match': known.etag };
    const bytesExpected = path.startsWith('files/') ? limits.scenarioFileBytesMax : 0;
    const answer = await request(what, path, { headers }, bytesExpected);
    if (answer.status === 304 && known !== null) return known.body;
    if (answer.status === 404 && isProblem(answer, 'not_found')) return null;
    if (answer.status !== 200) throw refused(what, answer);
    const etag = answer.headers.get('etag');
    if (path === runFolderPaths.control && etag !== null) control = { etag, body: answer.body };
    return answer.body;
  }

  return {
    read,
    async write(path, bytes) {
      const what = `cannot write ${path} in the run folder`;
      const headers = { 'content-type': 'application/octet-stream' };
      const init = { method: 'PUT', headers, body: new Uint8Array(bytes) };
      const answer = await request(what, path, init, bytes.length);
      if (answer.status !== 204) throw refused(what, answer);
    },
    async clockOffsetMs() {
      const ask = (what: string) => request(what, runFolderPaths.control, { method: 'HEAD' }, 0);
      return offsetOf(await probeClock(ask, clock, CLOCK_PROBES));
    },
    async close() {
      closed.abort();
    },
  };
}

function urlOf(folder: string, path: string): string {
  return folder + path.split('/').map(encodeURIComponent).join('/');
}
