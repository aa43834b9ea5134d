/** Who is signed in, and the API in their name. */
import { createContext, useContext } from 'react';
import type { ApiClient } from '../api/api-client.ts';
import type { ConsoleConfig } from '../config.ts';
import type { SignIn } from './sign-in.ts';

export const roles = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Me {
  name: string;
  email: string | null;
  role: Role;
}

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
