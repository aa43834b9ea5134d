/** Errors of the file system, in words. */
import { LoadstarError } from '../../../core/errors.ts';

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open in this process',
  ENFILE: 'too many files are open on this machine',
  ENOENT: 'its folder is gone',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EIO: 'the disk failed',
};

/** The error's code, if it has one: `ENOENT`. */
export function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : '';
}

/** `store_failed`: `cannot <what>: <reason> (<code>)`. An error for people stays as it is. */
export function fileFailed(what: string, error: unknown): LoadstarError {
  if (error instanceof LoadstarError) return error;
  const code = codeOf(error);
  const reason = reasons[code] ?? (error as Error).message;
  return new LoadstarError('store_failed', `cannot ${what}: ${reason}${code === '' ? '' : ` (${code})`}`, {
    cause: error,
  });
}
