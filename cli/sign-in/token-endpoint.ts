/** Asks an issuer for tokens. */
import { z } from 'zod';
import { describeIssuer, failed, type Issuer } from './issuer.ts';

const TIMEOUT_MS = 15_000;

const tokenAnswerSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().default(300),
});
export type TokenAnswer = z.infer<typeof tokenAnswerSchema>;

const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });
export type TokenRefusal = z.infer<typeof refusalSchema>;

/** What it refuses is an answer; throws `sign_in_failed` when there is none. */
export async function requestTokens(
  issuer: string | Issuer,
  fields: Record<string, string>,
): Promise<TokenAnswer | TokenRefusal> {
  const { token_endpoint: url } = typeof issuer === 'string' ? await describeIssuer(issuer) : issuer;
  return post(url, fields, z.union([tokenAnswerSchema, refusalSchema]));
}

const deviceAnswerSchema = z.object({
  device_code: z.string().min(1),
  user_code: z.string().min(1),
  verification_uri: z.url(),
  verification_uri_complete: z.url().optional(),
  expires_in: z.number(),
  interval: z.number().default(5),
});
export type DeviceAnswer = z.infer<typeof deviceAnswerSchema>;

/** Throws `sign_in_failed`, also when the issuer has no such flow. */
export async function requestDeviceCode(issuer: Issuer, fields: Record<string, string>): Promise<DeviceAnswer> {
  const url = issuer.device_authorization_endpoint;
  if (url === undefined)
    throw failed(`${issuer.issuer} has no sign-in by code: leave --device out, or come with an API token (--token)`);
  const answer = await post(url, fields, z.union([deviceAnswerSchema, refusalSchema]));
  if ('error' in answer) throw failed(answer.error_description ?? answer.error);
  return answer;
}

/** Makes a refresh token, and all that came of it, worthless; what cannot be reached is left alone. */
export async function revokeToken(issuer: string, clientId: string, refreshToken: string): Promise<boolean> {
  try {
    const { revocation_endpoint: url } = await describeIssuer(issuer);
    if (url === undefined) return false;
    const body = new URLSearchParams({ token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId });
    const answer = await fetch(url, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    return answer.ok;
  } catch {
    return false;
  }
}

async function post<Schema extends z.ZodType>(
  url: string,
  fields: Record<string, string>,
  schema: Schema,
): Promise<z.output<Schema>> {
  let text: string;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), signal, redirect: 'error' });
    text = await answer.text();
  } catch (cause) {
    const { message, cause: inner } = cause as Error;
    throw failed(`${url} cannot be reached: ${inner instanceof Error ? inner.message : message}`, cause);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Without the cause: it may repeat tokens.
    throw failed(`${url} answers nothing that makes sense`);
  }
}
