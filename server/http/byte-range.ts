/** Which part of a content a request asks for (RFC 9110, one range of bytes). */
import type { BytesPart } from '../ports/object-store.ts';

/**
 * Null: the whole, also for what is not understood, as the RFC wants it. `unsatisfiable`: nothing of it is there. `header`: of Range.
 */
export function readByteRange(header: string | undefined, sizeBytes: number): BytesPart | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return null;
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { from: sizeBytes - length, to: sizeBytes };
  }
  const from = Number(first);
  const to = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (last !== '' && Number(last) < from) return null;
  return from >= sizeBytes ? 'unsatisfiable' : { from, to };
}
