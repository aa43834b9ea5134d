/** Checks JWTs with the keys of their issuer: those of the embedded one, or those that lie at a URL. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { type Role, roles } from '../../core/api/identity.ts';
import { LoadstarError } from '../../core/errors.ts';
import type { TokenVerifier, VerifiedToken } from '../ports/token-verifier.ts';

const CLOCK_TOLERANCE_SECONDS = 10;
const ISSUER_TIMEOUT_MS = 5_000;
const TRY_AGAIN_AFTER_MS = 5_000;
/** Asymmetric ones only: a public key is no shared secret. */
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
];

export interface JwtRules {
  issuer: string;
  /** Who it must be for, or one of them: `aud`, or `client_id` where there is no `aud` (as Cognito's access tokens). */
  audience: string | readonly string[];
  /** Claim with the roles: a name, or a path such as `realm_access.roles`. */
  rolesClaim: string;
  /** Which of its values mean which role. */
  roles: Readonly<Record<Role, readonly string[]>>;
  /** Claim with the name that users go by; default `sub`. */
  subjectClaim?: string;
  /** What `token_use` must say; default: `access`, should there be one. */
  tokenUse?: string;
}

/** `keys`: public ones of the embedded issuer. */
export function createOwnVerifier(rules: JwtRules, keys: JSONWebKeySet): TokenVerifier {
  const keySet = createLocalJWKSet(keys);
  return { verify: (token) => verify(token, rules, keySet, 'at+jwt') };
}

export interface IssuerVerifier extends TokenVerifier {
  /** Looks whether the keys can be had. Throws `issuer_unreachable`, and `config_invalid` when it is no such issuer. */
  check(): Promise<void>;
}

/** `jwksUrl`: where its keys lie, for an issuer that does not describe itself. */
export function createIssuerVerifier(
  rules: JwtRules,
  { jwksUrl, nowMs = Date.now }: { jwksUrl: string | null; nowMs?: () => number },
): IssuerVerifier {
  let keySet: ReturnType<typeof createRemoteJWKSet> | null = null;
  let failed: { atMs: number; error: unknown } | null = null;
  const open = async () => {
    if (keySet !== null) return keySet;
    // An issuer that does not answer is not asked for each request.
    if (failed !== null && nowMs() - failed.atMs < TRY_AGAIN_AFTER_MS) throw failed.error;
    try {
      const url = jwksUrl ?? (await discover(rules.issuer));
      keySet = createRemoteJWKSet(new URL(url), { timeoutDuration: ISSUER_TIMEOUT_MS });
      return keySet;
    } catch (error) {
      failed = { atMs: nowMs(), error };
      throw error;
    }
  };
  return {
    verify: async (token) => verify(token, rules, await open(), null),
    async check() {
      failed = null;
      const set = await open();
      await set.reload().catch((cause) => {
        throw unreachable(rules.issuer, cause);
      });
    },
  };
}

/** URL of an issuer's keys, from its own description. */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let description: unknown;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS), redirect: 'error' });
    if (!answer.ok) throw new Error(`${url} answers with status ${answer.status}`);
    description = await answer.json();
  } catch (cause) {
    throw unreachable(issuer, cause);
  }
  const { issuer: named, jwks_uri: keys } = description as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) {
    const message = `${url} is of the issuer ${JSON.stringify(named)}; tokens of ${issuer} would be none of its`;
    throw new LoadstarError('config_invalid', `The configuration is not valid: signIn.issuer: ${message}.`, {
      fields: [{ path: 'signIn.issuer', message }],
    });
  }
  if (typeof keys === 'string' && URL.canParse(keys)) return keys;
  throw unreachable(issuer, new Error(`${url} names no jwks_uri`));
}

function unreachable(issuer: string, cause: unknown): LoadstarError {
  const { message, cause: inner } = cause as Error;
  const reason = inner instanceof Error ? inner.message : message;
  return new LoadstarError('issuer_unreachable', `The keys of the issuer ${issuer} cannot be had: ${reason}.`, {
    cause,
  });
}

async function verify(
  token: string,
  rules: JwtRules,
  keys: JWTVerifyGetKey,
  type: string | null,
): Promise<VerifiedToken | { refusal: string }> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: rules.issuer,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat'],
      ...(type === null ? {} : { typ: type }),
    });
    const subject = payload[rules.subjectClaim ?? 'sub'];
    if (typeof subject !== 'string' || subject === '') return { refusal: 'The token is not valid.' };
    if (!isFor(payload, rules)) return { refusal: 'The token is for another audience.' };
    return {
      subject,
      name: nameOf(payload),
      role: roleIn(payload, rules),
      issuedAtMs: (payload.iat ?? 0) * 1000,
      expiresAtMs: (payload.exp ?? 0) * 1000,
      ...(typeof payload.auth_time === 'number' ? { signedInAtMs: payload.auth_time * 1000 } : {}),
    };
  } catch (error) {
    return { refusal: refusalOf(error, rules.issuer) };
  }
}

function isFor({ aud, client_id: clientId, token_use: use }: JWTPayload, { audience, tokenUse }: JwtRules): boolean {
  if (use !== tokenUse && use !== (tokenUse ?? 'access')) return false;
  const named = aud === undefined ? [clientId] : [aud].flat();
  return [audience].flat().some((accepted) => named.includes(accepted));
}

function refusalOf(error: unknown, issuer: string): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss') {
    return 'The token is of another issuer.';
  }
  const isOfToken =
    error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC');
  if (isOfToken) return 'The token is not valid.';
  throw unreachable(issuer, error);
}

function nameOf(payload: JWTPayload): string {
  const names = ['email', 'preferred_username', 'username', 'name', 'sub'].map((claim) => payload[claim]);
  return String(names.find((name) => typeof name === 'string' && name !== '') ?? '');
}

/** The highest of those that the token gives. */
function roleIn(payload: JWTPayload, { rolesClaim, roles: meanings }: JwtRules): Role | null {
  const given = claimAt(payload, rolesClaim);
  const values = typeof given === 'string' ? given.split(/[\s,]+/) : Array.isArray(given) ? given : [];
  return roles.toReversed().find((role) => meanings[role].some((value) => values.includes(value))) ?? null;
}

function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string, unknown>)[key]
          : undefined,
      payload,
    );
}
