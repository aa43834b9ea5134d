/** What browsers are told of something that is downloaded, wherever it comes from. */
import type { DownloadContent } from './signed-downloads.ts';

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

export function downloadHeaders(content: Pick<DownloadContent, 'name' | 'type'>): {
  type: string;
  disposition: string;
} {
  const name = content.name.split('/').at(-1) ?? '';
  const extension = /\.([a-z]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const type = Object.hasOwn(safeTypes, extension) ? safeTypes[extension] : undefined;
  return { type: content.type ?? type ?? 'application/octet-stream', disposition: attachment(name) };
}

/** RFC 6266: a name that everybody understands, and the real one. */
function attachment(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
