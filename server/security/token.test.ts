import { describe, expect, it } from 'vitest';
import { hashToken, isTokenOf, newToken } from './token.ts';

describe('a token', () => {
  it('says what it is for, and is new each time', () => {
    expect(newToken('lst')).toMatch(/^lst_[A-Za-z0-9_-]{43}$/);
    expect(newToken('lsr')).toMatch(/^lsr_[A-Za-z0-9_-]{43}$/);
    expect(newToken('lst')).not.toBe(newToken('lst'));
  });

  it('is known by its hash', () => {
    const token = newToken('lst');
    expect(hashToken(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(isTokenOf(token, hashToken(token))).toBe(true);
    for (const other of ['', token.slice(0, -1), `${token} `, token.toLowerCase(), newToken('lst'), hashToken(token)]) {
      expect(isTokenOf(other, hashToken(token))).toBe(false);
    }
    expect(isTokenOf(token, '')).toBe(false);
    expect(isTokenOf(token, 'no hash')).toBe(false);
  });
});
