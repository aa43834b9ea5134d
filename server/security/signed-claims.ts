/** Claims that only who has the key can have made: HMAC-SHA256 over them and what they are for, as text that may stand in a URL. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** `purpose` keeps what was signed for one thing from being used for another. */
export function signClaims(key: Uint8Array, purpose: string, claims: unknown): string {
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${text}.${macOf(key, purpose, text).toString('base64url')}`;
}

/** What was signed; null when it was not, with another key, or for another purpose. */
export function readClaims(key: Uint8Array, purpose: string, signed: string): unknown {
  const [text = '', mac = '', ...others] = signed.split('.');
  const given = Buffer.from(mac, 'base64url');
  const expected = macOf(key, purpose, text);
  if (others.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return JSON.parse(Buffer.from(text, 'base64url').toString());
}

function macOf(key: Uint8Array, purpose: string, text: string): Buffer {
  return createHmac('sha256', key).update(`loadstar ${purpose} ${text}`).digest();
}
