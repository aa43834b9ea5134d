/** The last thing that a task said, for people. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { lastSaying } from '../../last-saying.ts';

const TAIL_BYTES = 16 * 1024;

/** From the end of the log; null when it is missing or says nothing. */
export function lastLogLine(path: string): string | null {
  return lastSaying(readTail(path)?.split('\n') ?? []);
}

function readTail(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, TAIL_BYTES);
    const bytes = Buffer.alloc(length);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, length, size - length));
  } finally {
    closeSync(file);
  }
}
