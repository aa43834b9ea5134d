/** Answers with something that may be large: itself up to what an API body may be, else where it can be downloaded for a while. */
import { limits } from '../../core/limits.ts';
import type { Log } from '../ports/log.ts';
import type { BytesPart } from '../ports/object-store.ts';
import type { Download, SignedDownloads } from '../ports/signed-downloads.ts';
import type { ApiContext } from './api.ts';
import { readByteRange } from './byte-range.ts';
import { streamAnswer } from './stream-answer.ts';

const URL_LIFETIME_MS = 15 * 60 * 1000;

/** What a browser may show for what it is; none of them can run anything. Whatever else there is, is bytes. */
const safeTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  log: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  zip: 'application/zip',
};

export interface DownloadContent {
  /** What it is called when it is saved; parts before a slash are left out. */
  name: string;
  /** How much it may be. */
  sizeBytes: number;
  /** A part is asked for only when `sizeBytes` is exact. */
  chunks(part?: BytesPart): AsyncGenerator<Uint8Array>;
  /** The answer is as long as `sizeBytes`; default: it is. */
  isSizeExact?: boolean;
}

export function answerDownload(
  c: ApiContext,
  deps: { downloads: SignedDownloads; nowMs(): number; log: Log },
  content: DownloadContent & Pick<Download, 'what'>,
): Response {
  if (content.sizeBytes <= limits.apiBodyBytesMax) return sendContent(c, deps, content);
  const { what } = content;
  const expiresAtMs = deps.nowMs() + URL_LIFETIME_MS;
  return c.redirect(deps.downloads.urlOf({ actor: c.get('actor'), what, expiresAtMs }), 302);
}

/** The content itself, however large. */
export function sendContent(c: ApiContext, { log }: { log: Log }, content: DownloadContent): Response {
  const name = content.name.split('/').at(-1) ?? '';
  const extension = /\.([a-z]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const type = Object.hasOwn(safeTypes, extension) ? safeTypes[extension] : undefined;
  const headers: Record<string, string> = {
    'content-type': type ?? 'application/octet-stream',
    'content-disposition': attachment(name),
  };
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

/** RFC 6266: a name that everybody understands, and the real one. */
function attachment(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
