/** Answers with something that may be large: itself up to what an API body may be, else where it can be downloaded for a while. */
import { limits } from '../../core/limits.ts';
import { downloadHeaders } from '../ports/download-headers.ts';
import type { Log } from '../ports/log.ts';
import type { Download, DownloadContent, SignedDownloads } from '../ports/signed-downloads.ts';
import type { ApiContext } from './api.ts';
import { readByteRange } from './byte-range.ts';
import { streamAnswer } from './stream-answer.ts';

const URL_LIFETIME_MS = 15 * 60 * 1000;

export async function answerDownload(
  c: ApiContext,
  deps: { downloads: SignedDownloads; nowMs(): number; log: Log },
  content: DownloadContent & Pick<Download, 'what'>,
): Promise<Response> {
  if (content.sizeBytes <= limits.apiBodyBytesMax) return sendContent(c, deps, content);
  const { what } = content;
  const expiresAtMs = deps.nowMs() + URL_LIFETIME_MS;
  return c.redirect(await deps.downloads.urlOf({ actor: c.get('actor'), what, expiresAtMs }, content), 302);
}

/** The content itself, however large. */
export function sendContent(c: ApiContext, { log }: { log: Log }, content: DownloadContent): Response {
  const { type, disposition } = downloadHeaders(content);
  const headers: Record<string, string> = { 'content-type': type, 'content-disposition': disposition };
  if (content.isSizeExact === false) return streamAnswer(c, content.chunks(), { headers, log });
  const { sizeBytes } = content;
  headers['accept-ranges'] = 'bytes';
  // Whether it is still what the client has begun with cannot be told here: then it gets all of it.
  const range = c.req.header('if-range') === undefined ? readByteRange(c.req.header('range'), sizeBytes) : null;
  if (range === 'unsatisfiable') return c.body(null, 416, { ...headers, 'content-range': `bytes */${sizeBytes}` });
  if (range === null) {
    headers['content-length'] = String(sizeBytes);
    return streamAnswer(c, content.chunks(), { headers, log });
  }
  headers['content-length'] = String(range.to - range.from);
  headers['content-range'] = `bytes ${range.from}-${range.to - 1}/${sizeBytes}`;
  return streamAnswer(c, content.chunks(range), { headers, log, status: 206 });
}
