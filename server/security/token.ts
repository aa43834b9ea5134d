/** Bearer tokens: 256 random bits behind a prefix that says what they are for. Whoever checks them keeps their hash only. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const RANDOM_BYTES = 32;

/** `lst`: API tokens. `lsl`: of whoever may read the data folder. `lsi`: in links by which a password is chosen. `lsr`: of the tasks of one run. */
export function newToken(prefix: 'lst' | 'lsl' | 'lsi' | 'lsr'): string {
  return `${prefix}_${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** SHA-256, hex. Tokens have more entropy than can be guessed, so that nothing slower is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether this is the token that has the hash; takes as long for a near miss as for a far one. */
export function isTokenOf(token: string, hash: string): boolean {
  const expected = Buffer.from(hash, 'hex');
  const given = Buffer.from(hashToken(token), 'hex');
  return expected.length === given.length && timingSafeEqual(expected, given);
}
