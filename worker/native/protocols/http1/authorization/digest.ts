/** Answers a Digest challenge (RFC 7616). */
import { createHash, randomBytes } from 'node:crypto';
import type { Challenge } from './challenge.ts';

export interface DigestRequest {
  method: string;
  /** Path and query. */
  target: string;
  body: Buffer;
  name: string;
  password: string;
}

const algorithms: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256', 'sha-512-256': 'sha512-256' };

/** The value of the Authorization header; null when the challenge asks for what is not known. */
export function answerDigest(
  { parameters }: Challenge,
  { method, target, body, name, password }: DigestRequest,
  cnonce = randomBytes(8).toString('hex'),
): string | null {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const algorithm = parameters.get('algorithm') ?? 'MD5';
  const isSession = /-sess$/i.test(algorithm);
  const hashName = algorithms[algorithm.toLowerCase().replace(/-sess$/, '')];
  const qop = qopOf(parameters.get('qop'), body.length > 0);
  if (realm === undefined || nonce === undefined || hashName === undefined || qop === null) return null;
  const hash = (data: string | Buffer): string => createHash(hashName).update(data).digest('hex');
  const user = hash(Buffer.from(`${name}:${realm}:${password}`, 'latin1'));
  const secret = isSession ? hash(`${user}:${nonce}:${cnonce}`) : user;
  const asked = hash(`${method}:${target}${qop === 'auth-int' ? `:${hash(body)}` : ''}`);
  const count = '00000001';
  const response = hash(
    qop === '' ? `${secret}:${nonce}:${asked}` : `${secret}:${nonce}:${count}:${cnonce}:${qop}:${asked}`,
  );
  const parts = [
    `username=${quoted(name)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(target)}`,
    `response=${quoted(response)}`,
    ...(qop === '' ? [] : [`qop=${qop}`, `nc=${count}`, `cnonce=${quoted(cnonce)}`]),
    `algorithm=${algorithm}`,
    ...(parameters.has('opaque') ? [`opaque=${quoted(parameters.get('opaque') ?? '')}`] : []),
  ];
  return `Digest ${parts.join(', ')}`;
}

/** Empty: the challenge offers none, as older servers do; null: only such as are not known. */
function qopOf(offered: string | undefined, hasBody: boolean): 'auth' | 'auth-int' | '' | null {
  if (offered === undefined) return '';
  const all = offered.split(',').map((option) => option.trim().toLowerCase());
  if (hasBody && all.includes('auth-int')) return 'auth-int';
  if (all.includes('auth')) return 'auth';
  return all.includes('auth-int') ? 'auth-int' : null;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
