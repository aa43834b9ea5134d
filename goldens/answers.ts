/** What the recording server answers, as corpus files write it. */
import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

const headerValueSchema = z.union([z.string(), z.array(z.string())]);
const credentialsSchema = z.strictObject({ realm: z.string(), name: z.string(), password: z.string() });

const answerSchema = z.strictObject({
  status: z.int().default(200),
  headers: z.record(z.string(), headerValueSchema).default({}),
  /** Text as it is. */
  body: z.string().optional(),
  base64: z.string().optional(),
  /** Sent with this Content-Encoding. */
  encoding: z.enum(['gzip', 'deflate', 'br']).optional(),
  /** Sent in this charset; UTF-8 without. */
  charset: z.enum(['latin1']).optional(),
  chunked: z.boolean().default(false),
  delayMs: z.int().default(0),
  /** The connection ends: instead of an answer, or behind it. */
  close: z.enum(['instead', 'behind']).optional(),
  /** 304 to a request that has its ETag or Last-Modified already. */
  validates: z.boolean().default(false),
  /** 401 unless the request knows them. */
  basic: credentialsSchema.optional(),
  digest: credentialsSchema.optional(),
});
export type Answer = z.infer<typeof answerSchema>;

const single = z.union([z.string().transform((body) => answerSchema.parse({ body })), answerSchema]);
export const answersSchema = z.record(
  z.string(),
  z.union([single.transform((answer) => [answer]), z.array(single).min(1)]),
);

/** What is answered where a corpus file says nothing. */
export const plainAnswer: Answer = answerSchema.parse({ body: 'ok' });

export function bodyOf({ body, base64, encoding, charset }: Answer): Buffer {
  const bytes = base64 === undefined ? Buffer.from(body ?? '', charset ?? 'utf8') : Buffer.from(base64, 'base64');
  if (encoding === 'gzip') return gzipSync(bytes);
  if (encoding === 'deflate') return deflateSync(bytes);
  if (encoding === 'br') return brotliCompressSync(bytes);
  return bytes;
}

const NONCE = 'f84f1cec41e6cbe5aea9c8e88d359';

/** The challenge for a request without the right credentials; null when it has them, or none are wanted. */
export function challengeOf(answer: Answer, method: string, target: string, authorization: string): string | null {
  if (answer.basic !== undefined) {
    const { realm, name, password } = answer.basic;
    const expected = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    return authorization === expected ? null : `Basic realm="${realm}"`;
  }
  if (answer.digest !== undefined) {
    const { realm } = answer.digest;
    const challenge = `Digest realm="${realm}", qop="auth", nonce="${NONCE}", opaque="5ccc069c", algorithm=MD5`;
    return isDigestRight(answer.digest, method, target, authorization) ? null : challenge;
  }
  return null;
}

function isDigestRight(
  { realm, name, password }: z.infer<typeof credentialsSchema>,
  method: string,
  target: string,
  authorization: string,
): boolean {
  if (!authorization.startsWith('Digest ')) return false;
  const fields = digestFields(authorization);
  const first = md5(`${name}:${realm}:${password}`);
  const second = md5(`${method}:${target}`);
  const { nc, cnonce, qop, response, uri, nonce, username } = fields;
  const expected = md5([first, NONCE, nc, cnonce, qop, second].join(':'));
  return response === expected && uri === target && nonce === NONCE && username === name;
}

/** The fields of an Authorization header of the digest kind, unquoted. */
export function digestFields(authorization: string): Record<string, string> {
  const fields = authorization.matchAll(/([a-z]+)=(?:"([^"]*)"|([^,\s]*))/gi);
  return Object.fromEntries([...fields].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']));
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
