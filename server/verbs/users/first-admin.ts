/** The first start makes an administrator, whom a link lets in. */
import type { SignInLinkResource } from '../../../core/api/identity.ts';
import { recordAudit } from '../record-audit.ts';
import { newUser } from './invite-user.ts';
import { PLACEHOLDER_EMAIL } from './issue-link.ts';
import type { UserPorts } from './user-ports.ts';

const PAGE = 200;

export interface FirstAdmin {
  /** Nobody was known before. */
  isNew: boolean;
  /** For whoever sees the start of the control plane; null when there is an administrator already. */
  link: SignInLinkResource | null;
}

/**
 * Until the first administrator has chosen a password, each start makes a new link (the last one may be lost or over). `email`: theirs; without it they
 * give it with the password.
 */
export async function ensureFirstAdmin(ports: UserPorts, { email }: { email: string | null }): Promise<FirstAdmin> {
  const { items } = await ports.users.list({ limit: PAGE, cursor: null });
  if (items.length === 0) {
    const user = newUser({ email: email ?? PLACEHOLDER_EMAIL, name: 'Administrator', role: 'admin' }, ports.nowMs());
    await ports.users.create(user);
    const detail = `${user.email} as admin, at the first start`;
    await recordAudit(ports, { kind: 'system' }, { action: 'user.invite', target: user.id, detail });
    return { isNew: true, link: await ports.invitations.issue(user) };
  }
  // The one that was made first: links of those invited since stay as they are.
  const oldestFirst = items.toSorted((one, other) => one.createdAtMs - other.createdAtMs);
  const waiting = oldestFirst.find(({ role, status }) => role === 'admin' && status === 'invited');
  if (waiting === undefined || items.some(({ status }) => status !== 'invited')) return { isNew: false, link: null };
  return { isNew: false, link: await ports.invitations.issue(waiting) };
}
