/** One-time links by which a user chooses a password: an invitation, or a reset of the one there was. */
import type { SignInLinkResource } from '../../../core/api/identity.ts';
import type { Invitations } from '../../ports/invitations.ts';
import type { Log } from '../../ports/log.ts';
import type { Mail } from '../../ports/mail.ts';
import type { SignInLink, SignInLinkStore, User } from '../../ports/users.ts';
import { hashToken, newToken } from '../../security/token.ts';

const HOUR_MS = 3600 * 1000;
const VALID_MS: Readonly<Record<SignInLink['purpose'], number>> = { invite: 72 * HOUR_MS, reset: HOUR_MS };

export const LINK_PATH = '/sign-in/link';

export interface LinkPorts {
  signInLinks: SignInLinkStore;
  /** Null when no mail server is configured. */
  mail: Mail | null;
  /** What users reach the control plane by: `https://loadstar.example`. */
  publicUrl(): string;
  nowMs(): number;
  log: Log;
}

/** Where the passwords are kept here. A link voids the one that the user had; it is mailed too when mail is configured. */
export function createLinkInvitations(ports: LinkPorts): Invitations {
  return { issue: (user) => issueLink(ports, user) };
}

/** Mail that fails is logged, and the link is good all the same. */
async function issueLink(ports: LinkPorts, user: User): Promise<SignInLinkResource> {
  const purpose = user.status === 'invited' ? 'invite' : 'reset';
  const secret = newToken('lsi');
  const expiresAtMs = ports.nowMs() + VALID_MS[purpose];
  await ports.signInLinks.put({ hash: hashToken(secret), userId: user.id, purpose, expiresAtMs });
  const url = `${ports.publicUrl()}${LINK_PATH}?code=${secret}`;
  return { url, expiresAt: new Date(expiresAtMs).toISOString(), isMailed: await mailLink(ports, user, purpose, url) };
}

async function mailLink(
  { mail, log, publicUrl }: LinkPorts,
  user: User,
  purpose: SignInLink['purpose'],
  url: string,
): Promise<boolean> {
  if (mail === null || isPlaceholder(user.email)) return false;
  const message = {
    invite: {
      subject: 'You are invited to Loadstar',
      text: `You can sign in to Loadstar at ${publicUrl()} from now on.\n\nChoose your password within three days:\n${url}\n`,
    },
    reset: {
      subject: 'A new password for Loadstar',
      text: `Choose a new password for Loadstar at ${publicUrl()} within an hour:\n${url}\n\nIf you did not ask for it, there is nothing to do: the old one stays.\n`,
    },
  }[purpose];
  try {
    await mail.send({ to: user.email, ...message });
    return true;
  } catch (error) {
    log('warn', 'a sign-in link could not be mailed', { userId: user.id, error: (error as Error).message });
    return false;
  }
}

/** Of the first administrator, until the real one is given with the password. */
export const PLACEHOLDER_EMAIL = 'admin@localhost';

export function isPlaceholder(email: string): boolean {
  return email === PLACEHOLDER_EMAIL;
}
