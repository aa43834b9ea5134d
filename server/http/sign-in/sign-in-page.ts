/** What all pages around signing in have in common. */
import type { Hono } from 'hono';
import { pageHeaders } from '../../identity/pages/page.ts';
import type { IdentityProvider } from '../../identity/provider.ts';
import type { SignInPorts } from '../../verbs/sign-in/sign-in-ports.ts';
import type { ApiContext, ApiEnvironment } from '../api.ts';

export interface SignInDependencies extends SignInPorts {
  /** What users reach the control plane by: `https://loadstar.example`. */
  publicUrl(): string;
  /** Null where an issuer elsewhere signs users in. */
  provider(): IdentityProvider | null;
}

export type App = Hono<ApiEnvironment>;

/** What the pages know of the server they are on. */
export interface PageContext {
  provider: IdentityProvider;
  publicUrl: string;
  warning: string | null;
}

export function answerPage(
  c: ApiContext,
  page: string,
  status: 200 | 400 | 403 | 404 | 421 | 429 | 500 = 200,
): Response {
  return c.html(page, status, { ...pageHeaders(['http://127.0.0.1:*']) });
}

/** A field of a form; empty when it is missing or no text. */
export async function fieldsOf(c: ApiContext): Promise<(name: string) => string> {
  const form = await c.req.parseBody();
  return (name) => {
    const value = form[name];
    return typeof value === 'string' ? value : '';
  };
}
