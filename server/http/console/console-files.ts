/**
 * Gives out the console: the files of a folder, held in memory with a compressed copy of each. Every other path is the console's to show, so
 * it answers with its page.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { consoleSecurityPolicy } from '../../../core/console-security-policy.ts';
import type { ApiMiddleware } from '../api.ts';

interface ConsoleFile {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Null where compressing gains nothing. */
  brotli: Uint8Array<ArrayBuffer> | null;
  etag: string;
}

export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** Who answers there: never the console. */
const otherPaths = /^\/(?:api|oidc|sign-in|mqtt|\.well-known)(?:\/|$)|^\/config\.json$/;
const PAGE = '/index.html';
/** Vite puts a hash of the content into the names of these. */
const HASHED = '/assets/';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/** Null when nothing was built there. */
export async function readConsoleFiles(folder: string): Promise<ConsoleFiles | null> {
  const files = new Map<string, ConsoleFile>();
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, file).split(sep).join('/')}`, await readConsoleFile(file, type));
  }
  return files.has(PAGE) ? files : null;
}

async function readConsoleFile(file: string, type: string): Promise<ConsoleFile> {
  const bytes = new Uint8Array(await readFile(file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
  const compressed = new Uint8Array(await promisify(brotliCompress)(bytes, { params }));
  return {
    type,
    bytes,
    brotli: compressed.length < bytes.length * 0.9 ? compressed : null,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
  };
}

const missingPage = `<!doctype html><meta charset="utf-8"><title>Loadstar</title><h1>The console is not built</h1>
<p>Run <code>npm run console</code> where Loadstar is installed, then start it again. API and command line work without it.</p>`;

/** `files`: null when the console was not built. `connectTo`: origins beside our own that the console talks to; live data come over a WebSocket of our own. */
export function serveConsole(files: ConsoleFiles | null, connectTo: readonly string[] = []): ApiMiddleware {
  const policy = consoleSecurityPolicy(connectTo);
  return async (c, next) => {
    const { method, path } = c.req;
    if ((method !== 'GET' && method !== 'HEAD') || otherPaths.test(path)) return next();
    if (files === null) return c.html(missingPage, 503);
    const file = files.get(path);
    // An old page may ask for a script of a version that is gone: its own page would be no answer to that.
    if (file === undefined && path.startsWith(HASHED)) return c.text('There is no such file.', 404);
    const { brotli, bytes, etag, type } = file ?? files.get(PAGE)!;
    const headers: Record<string, string> = {
      'content-type': type,
      etag,
      vary: 'accept-encoding',
      'cache-control': path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': policy,
      'referrer-policy': 'same-origin',
    };
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
    const takesBrotli = brotli !== null && /\bbr\b/.test(c.req.header('accept-encoding') ?? '');
    return takesBrotli ? c.body(brotli, 200, { ...headers, 'content-encoding': 'br' }) : c.body(bytes, 200, headers);
  };
}
