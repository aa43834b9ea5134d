/** Finds out whom a token belongs to: one of the issuer, an API token, or that of whoever may read the data folder. */
import { roles } from '../../../core/api/identity.ts';
import type { Actor } from '../../../core/api/system.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { ApiToken } from '../../ports/api-tokens.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TokenVerifier } from '../../ports/token-verifier.ts';
import type { User } from '../../ports/users.ts';
import { hashToken, isTokenOf } from '../../security/token.ts';
import { noteSignIn } from './note-sign-in.ts';

export type Authenticated =
  | {
      actor: Actor;
      /** When the token runs out, epoch milliseconds; null when it does not. */
      expiresAtMs: number | null;
    }
  /** Why the token counts for nothing, for whoever sent it. */
  | { refusal: string };

export type AuthenticatePorts = Pick<Ports, 'users' | 'apiTokens' | 'audit' | 'nowMs'> & {
  verifier: TokenVerifier;
  /** Users are rows here; else the issuer says everything about them. */
  keepsUsers: boolean;
  /** SHA-256 of the token of whoever may read the data folder; null where there is none. */
  localTokenHash: string | null;
};

export interface TokenToCheck {
  token: string;
  /** The request comes from this machine. */
  isFromHere: boolean;
}

/** Ids of users whom an issuer elsewhere keeps begin with it: they can be nobody's here. */
const ELSEWHERE = 'external:';
const USE_NOTED_EVERY_MS = 60_000;
const UNKNOWN = 'The token of the request is not known.';

/** Throws `forbidden` for somebody whose issuer gives no role, `issuer_unreachable`. */
export async function authenticate(ports: AuthenticatePorts, input: TokenToCheck): Promise<Authenticated> {
  const { token, isFromHere } = input;
  if (token.startsWith('lst_')) return byApiToken(ports, token);
  if (token.startsWith('lsl_')) {
    const isRight = ports.localTokenHash !== null && isTokenOf(token, ports.localTokenHash);
    if (!isRight) return { refusal: UNKNOWN };
    if (!isFromHere) return { refusal: 'This token works on the machine of the control plane only: sign in instead.' };
    return { actor: { kind: 'local' }, expiresAtMs: null };
  }
  return token.split('.').length === 3 ? byIssuer(ports, token) : { refusal: UNKNOWN };
}

async function byIssuer(ports: AuthenticatePorts, token: string): Promise<Authenticated> {
  const verified = await ports.verifier.verify(token);
  if ('refusal' in verified) return verified;
  const { subject, name, role, issuedAtMs, expiresAtMs, signedInAtMs } = verified;
  if (!ports.keepsUsers) {
    if (role === null) throw new LoadstarError('forbidden', `${name} has no role here: the issuer gives none.`);
    return { actor: { kind: 'user', id: `${ELSEWHERE}${subject}`, name, role, tokenId: null }, expiresAtMs };
  }
  const user = await ports.users.get(subject);
  const refusal = refusalOf(user);
  if (user === null || refusal !== null) return { refusal: refusal ?? UNKNOWN };
  // Tokens tell whole seconds.
  if (issuedAtMs < Math.floor(user.tokensValidFromMs / 1000) * 1000) return { refusal: 'You were signed out.' };
  if (signedInAtMs !== undefined) await noteSignIn(ports, user, signedInAtMs);
  return { actor: { kind: 'user', id: user.id, name: user.email, role: user.role, tokenId: null }, expiresAtMs };
}

async function byApiToken(ports: AuthenticatePorts, token: string): Promise<Authenticated> {
  const nowMs = ports.nowMs();
  const found = await ports.apiTokens.findByHash(hashToken(token));
  if (found === null) return { refusal: UNKNOWN };
  if (found.expiresAtMs <= nowMs) return { refusal: 'The API token has expired.' };
  const owner = await ownerOf(ports, found);
  if ('refusal' in owner) return owner;
  if (nowMs - (found.lastUsedAtMs ?? 0) >= USE_NOTED_EVERY_MS) await ports.apiTokens.noteUse(found.id, nowMs);
  // Never more than its owner has now.
  const role = roles[Math.min(roles.indexOf(found.role), roles.indexOf(owner.role))] ?? 'viewer';
  const actor: Actor = { kind: 'user', id: found.ownerId, name: owner.name, role, tokenId: found.id };
  return { actor, expiresAtMs: found.expiresAtMs };
}

async function ownerOf(
  { users, keepsUsers }: AuthenticatePorts,
  { ownerId, ownerName, role }: ApiToken,
): Promise<Pick<User, 'name' | 'role'> | { refusal: string }> {
  if (ownerId === 'local') return { name: ownerName, role: 'admin' };
  // What the issuer would say of the owner now cannot be asked: the token says it until it expires.
  if (ownerId.startsWith(ELSEWHERE)) return keepsUsers ? { refusal: UNKNOWN } : { name: ownerName, role };
  const user = keepsUsers ? await users.get(ownerId) : null;
  const refusal = refusalOf(user);
  if (user === null || refusal !== null) return { refusal: refusal ?? UNKNOWN };
  return { name: user.email, role: user.role };
}

function refusalOf(user: User | null): string | null {
  if (user === null) return UNKNOWN;
  return user.status === 'active' ? null : 'This user is disabled.';
}
