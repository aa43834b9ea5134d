/** The pages to sign in, and the OpenID provider behind them: beside the API, for browsers. */
import { LoadstarError } from '../../../core/errors.ts';
import { originsOf } from '../../identity/clients.ts';
import { messagePage } from '../../identity/pages/sign-in-pages.ts';
import { insecurityOf, PROVIDER_PATH } from '../../identity/provider-address.ts';
import { html } from '../../markup/markup.ts';
import { AttemptsExceeded } from '../../security/attempt-guard.ts';
import type { ApiContext } from '../api.ts';
import { limitBody } from '../request-body.ts';
import { elsewhere } from './elsewhere.ts';
import { registerInteractions } from './interactions.ts';
import { registerLinks } from './links.ts';
import { answerByProvider } from './provider-bridge.ts';
import { requireSameOrigin } from './same-origin.ts';
import { type App, answerPage, type PageContext, type SignInDependencies } from './sign-in-page.ts';

const FORM_BYTES_MAX = 16 * 1024;

export function registerSignInRoutes(app: App, deps: SignInDependencies): void {
  const contextOf = (): PageContext => {
    const provider = deps.provider();
    if (provider === null) throw new LoadstarError('not_found', 'Users sign in elsewhere: see /config.json.');
    const publicUrl = deps.publicUrl();
    return { provider, publicUrl, warning: insecurityOf(publicUrl) };
  };
  app.use(`${PROVIDER_PATH}/*`, (c, next) => (isPage(c) ? rightPlace(c, deps, next) : next()));
  app.use('/sign-in/*', async (c, next) => {
    await rightPlace(c, deps, async () => {
      if (c.req.method === 'POST') requireSameOrigin(c.req.raw.headers, originsOf(deps.publicUrl()));
      await limitBody(FORM_BYTES_MAX)(c, next);
    }).catch((error: unknown) => {
      c.res = errorPage(c, error);
    });
    return c.finalized ? c.res : undefined;
  });
  registerInteractions(app, deps, contextOf);
  registerLinks(app, deps, contextOf);
  app.all(`${PROVIDER_PATH}/*`, (c) => {
    const { provider, publicUrl } = contextOf();
    return answerByProvider(c, provider, publicUrl);
  });
}

/** What people look at, of all that the provider answers. */
function isPage(c: ApiContext): boolean {
  return /^\/oidc\/(?:auth|device|session\/end)\b/.test(c.req.path);
}

async function rightPlace(c: ApiContext, deps: SignInDependencies, next: () => Promise<void>): Promise<void> {
  const other = elsewhere(c, deps.publicUrl());
  if (other === null) return next();
  if ('location' in other) {
    c.res = c.redirect(other.location, 302);
    return;
  }
  c.res = answerPage(c, messagePage({ title: 'Not here', alert: other.problem, content: html`` }), 421);
}

/** Errors of pages are pages; what is no error for people goes on, to become a problem and a line in the log. */
function errorPage(c: ApiContext, error: unknown): Response {
  if (!(error instanceof LoadstarError) || error.status >= 500) throw error;
  const status = error.status === 429 ? 429 : error.status === 404 ? 404 : error.status === 403 ? 403 : 400;
  const page = messagePage({
    title: 'This did not work',
    alert: error.message,
    content: html`<p class="soft">${error.hint}</p>`,
  });
  const answer = answerPage(c, page, status);
  if (error instanceof AttemptsExceeded) answer.headers.set('retry-after', String(error.retryAfterSeconds));
  return answer;
}
