/** The servers that somebody has logged in to, and their tokens: one file that only its owner can read. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { LoadstarError } from '../../core/errors.ts';
import type { Environment } from '../terminal/style.ts';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** A token that was given: an API token. */
const givenSchema = z.object({ token: z.string() });
/** What signing in gave. */
const signedInSchema = z.object({
  token: z.string(),
  refreshToken: z.string(),
  /** Of the access token, epoch milliseconds. */
  expiresAtMs: z.number(),
  issuer: z.string(),
  clientId: z.string(),
});
export type SignedIn = z.infer<typeof signedInSchema>;
export type Credential = z.infer<typeof givenSchema> | SignedIn;

export function isSignedIn(credential: Credential): credential is SignedIn {
  return 'refreshToken' in credential;
}

const credentialsSchema = z.object({
  version: z.literal(1),
  /** The server that commands talk to when none is named; null after a logout from it. */
  current: z.string().nullable(),
  /** By the server's address. */
  servers: z.record(z.string(), z.union([signedInSchema, givenSchema])),
});
export type Credentials = z.infer<typeof credentialsSchema>;

const NONE: Credentials = { version: 1, current: null, servers: {} };

/** `$XDG_CONFIG_HOME/loadstar/credentials.json`, by default below `~/.config`. */
export function credentialsPath(environment: Environment): string {
  const configured = environment.XDG_CONFIG_HOME ?? '';
  // The specification says that a relative one is to be ignored.
  const folder = isAbsolute(configured) ? configured : join(environment.HOME || homedir(), '.config');
  return join(folder, 'loadstar', 'credentials.json');
}

/** None when there is no file. Throws `credentials_invalid`. */
export async function readCredentials(path: string): Promise<Credentials> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return NONE;
    throw invalid(path, `cannot be read: ${(error as Error).message}`, error);
  }
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch (cause) {
    // Without the cause's words: they may repeat what is in the file.
    throw invalid(path, 'does not hold what loadstar login writes', cause);
  }
}

/** Replaces the file as a whole; it is never readable by others, not even while it is written. Throws `credentials_invalid`. */
export async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', OWNER_ONLY_FILE);
    try {
      await file.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw invalid(path, `cannot be written: ${(error as Error).message}`, error);
  }
}

function invalid(path: string, problem: string, cause: unknown): LoadstarError {
  return new LoadstarError('credentials_invalid', `The file of credentials ${path} ${problem}.`, { cause });
}
