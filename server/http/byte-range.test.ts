import { describe, expect, it } from 'vitest';
import { readByteRange } from './byte-range.ts';

describe('a range of bytes', () => {
  it.each([
    [undefined, null],
    ['bytes=0-0', { from: 0, to: 1 }],
    ['bytes=10-', { from: 10, to: 100 }],
    ['bytes=90-500', { from: 90, to: 100 }],
    ['bytes=-5', { from: 95, to: 100 }],
    ['bytes=-500', { from: 0, to: 100 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', null],
    ['bytes=-', null],
    ['bytes=0-1,5-6', null],
    ['lines=0-1', null],
    ['bytes=1e3-', null],
    [`bytes=${'9'.repeat(40)}-`, null],
  ])('%s of 100 bytes is %j', (header, part) => {
    expect(readByteRange(header, 100)).toEqual(part);
  });

  it('of nothing cannot be', () => {
    expect(readByteRange('bytes=0-', 0)).toBe('unsatisfiable');
  });
});
