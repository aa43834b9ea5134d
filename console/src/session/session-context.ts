/** Who is signed in, and the API in their name. */
import { createContext, useContext } from 'react';
import type { Me, Role } from '../../../core/api/identity.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { ConsoleConfig } from '../config.ts';
import type { SignIn } from './sign-in.ts';

/** From the least to the most, as `core/api/identity.ts` has them. */
export const roles: readonly Role[] = ['viewer', 'editor', 'admin'];

export interface Session {
  config: ConsoleConfig;
  signIn: SignIn;
  api: ApiClient;
  me: Me;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('there is no session around this component');
  return session;
}

/** Whether the person may do what needs `role`: each role may do all that those before it may. The API decides, this only hides. */
export function useMay(role: Role): boolean {
  const { me } = useSession();
  return roles.indexOf(me.role) >= roles.indexOf(role);
}
