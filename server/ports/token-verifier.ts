/** Checks the access tokens (JWTs) of the issuer that users sign in at. */
import type { Role } from '../../core/api/identity.ts';

export interface VerifiedToken {
  /** Who it is for, as the issuer calls them. */
  subject: string;
  /** For people. */
  name: string;
  /** By what the issuer says of them; null when that is no role of ours. */
  role: Role | null;
  /** Whole seconds. */
  issuedAtMs: number;
  expiresAtMs: number;
  /** When its user signed in; left out where the issuer does not say it. */
  signedInAtMs?: number;
}

/** Signature, issuer, audience and time are right, or it says what is not. Throws `issuer_unreachable` when its keys cannot be had. */
export interface TokenVerifier {
  verify(token: string): Promise<VerifiedToken | { refusal: string }>;
}
