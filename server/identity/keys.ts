/** The keys of the embedded OpenID provider. */
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import { z } from 'zod';

const COOKIE_KEY_BYTES = 32;

export const identityKeysSchema = z.strictObject({
  version: z.literal(1),
  /** Private; the first one signs, the others are still good to check with. */
  signingKeys: z
    .array(
      z.strictObject({
        kty: z.literal('EC'),
        crv: z.literal('P-256'),
        x: z.string().min(1),
        y: z.string().min(1),
        d: z.string().min(1),
        kid: z.string().min(1),
        alg: z.literal('ES256'),
        use: z.literal('sig'),
      }),
    )
    .min(1),
  /** The first one signs. */
  cookieKeys: z.array(z.string().min(1)).min(1),
});
export type IdentityKeys = z.infer<typeof identityKeysSchema>;

export function makeIdentityKeys(): IdentityKeys {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const kid = randomBytes(8).toString('hex');
  return {
    version: 1,
    signingKeys: [{ kty: 'EC', crv: 'P-256', x, y, d, kid, alg: 'ES256', use: 'sig' }],
    cookieKeys: [randomBytes(COOKIE_KEY_BYTES).toString('base64url')],
  };
}

/** What others check with. */
export function publicKeysOf({ signingKeys }: IdentityKeys): JSONWebKeySet {
  return {
    keys: signingKeys.map(({ kid, alg, use, ...key }) => {
      const { kty, crv, x, y } = createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' });
      return { kty, crv, x, y, kid, alg, use } as JWK;
    }),
  };
}
