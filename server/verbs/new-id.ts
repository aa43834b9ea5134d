/** Ids that people can read and that sort by time: `run-20260131-235959-4f2a9c01`. */
import { randomBytes } from 'node:crypto';

export function newId(kind: 'run' | 'scenario' | 'upload' | 'user' | 'token', nowMs: number): string {
  const [date = '', time = ''] = new Date(nowMs).toISOString().split('T');
  return `${kind}-${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(4).toString('hex')}`;
}
