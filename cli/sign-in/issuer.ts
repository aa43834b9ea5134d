/** The OpenID provider that a server's users sign in at. */
import { z } from 'zod';
import { type ClientConfig, clientConfigSchema } from '../../core/api/identity.ts';
import { LoadstarError } from '../../core/errors.ts';

const TIMEOUT_MS = 15_000;
const BYTES_MAX = 256 * 1024;

/** Something that a browser may open and we may ask. */
const endpoint = z.url({ protocol: /^https?$/ });
const issuerSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  device_authorization_endpoint: endpoint.optional(),
  revocation_endpoint: endpoint.optional(),
});
export type Issuer = z.infer<typeof issuerSchema>;

/** How users of a server sign in. Throws `sign_in_failed`. */
export async function readClientConfig(server: string): Promise<ClientConfig> {
  return readJson(`${server}/config.json`, clientConfigSchema);
}

/** Throws `sign_in_failed`. */
export async function describeIssuer(issuer: string): Promise<Issuer> {
  const found = await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, issuerSchema);
  if (found.issuer === issuer) return found;
  throw failed(`${issuer} calls itself ${found.issuer}`);
}

async function readJson<Schema extends z.ZodType>(url: string, schema: Schema): Promise<z.output<Schema>> {
  let text: string;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    text = (await answer.text()).slice(0, BYTES_MAX);
    if (!answer.ok) throw new Error(`it answers with status ${answer.status}`);
  } catch (cause) {
    const { message, cause: inner } = cause as Error;
    throw failed(`${url} cannot be read: ${inner instanceof Error ? inner.message : message}`, cause);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw failed(`${url} does not say how to sign in`, cause);
  }
}

/** `sign_in_failed`. */
export function failed(reason: string, cause?: unknown): LoadstarError {
  return new LoadstarError('sign_in_failed', `You are not signed in: ${reason}.`, { cause });
}
