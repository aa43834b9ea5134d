/** The administrator's token: a file in the data folder that only its owner can read, made at the first start. */
import { constants } from 'node:fs';
import { type FileHandle, link, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoadstarError } from '../../../core/errors.ts';
import { newToken } from '../../security/token.ts';
import { dropDraft, syncFolder, writeDraft } from './draft-files.ts';
import { codeOf, fileFailed } from './file-errors.ts';

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const BYTES_MAX = 1_000;
/** What may stand in an Authorization header, and long enough for a token that somebody has put there. */
const TOKEN = /^[A-Za-z0-9._~+/=-]{32,512}$/;

export interface AdminToken {
  token: string;
  /** It was made just now. */
  isNew: boolean;
  /** Others could read the file until now: they may know it. */
  wasExposed: boolean;
}

/**
 * Reads the token, and makes one when there is none. A file that others may read is made private. Throws `store_failed` when it cannot be read,
 * made or made private, and when what it holds is no token.
 */
export async function openAdminToken(path: string): Promise<AdminToken> {
  try {
    return (await readToken(path)) ?? (await makeToken(path));
  } catch (error) {
    throw fileFailed(`use the admin token ${path}`, error);
  }
}

/** Null when there is no file. */
async function readToken(path: string): Promise<AdminToken | null> {
  let file: FileHandle;
  try {
    // Without waiting at a pipe, and without following a link to a file that is somebody else's.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (codeOf(error) === 'ELOOP') throw refused(path, 'is a symbolic link');
    throw error;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw refused(path, 'is no file');
    if (stats.size > BYTES_MAX) throw refused(path, 'holds no token');
    const wasExposed = (stats.mode & OTHERS) !== 0;
    if (wasExposed) await makePrivate(file, path);
    const token = (await file.readFile('utf8')).trim();
    if (!TOKEN.test(token)) throw refused(path, 'holds no token');
    return { token, isNew: false, wasExposed };
  } finally {
    await file.close();
  }
}

async function makePrivate(file: FileHandle, path: string): Promise<void> {
  await file.chmod(OWNER_ONLY).catch(() => {});
  const { mode } = await file.stat();
  if ((mode & OTHERS) === 0) return;
  throw new LoadstarError('store_failed', `others can read the admin token ${path}, and its mode cannot be changed`);
}

function refused(path: string, problem: string): LoadstarError {
  return new LoadstarError('store_failed', `the admin token ${path} ${problem}: remove it to get a new one`);
}

/** Of several that make one at once, one wins. */
async function makeToken(path: string): Promise<AdminToken> {
  const token = newToken('lsa');
  const draft = await writeDraft(dirname(path), Buffer.from(`${token}\n`));
  try {
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return (await readToken(path)) ?? makeToken(path);
    // A file system without hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
    await rename(draft, path);
  } finally {
    await dropDraft(draft);
  }
  await syncFolder(dirname(path));
  return { token, isNew: true, wasExposed: false };
}
