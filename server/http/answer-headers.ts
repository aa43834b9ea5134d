/** Headers of every answer, and no body for HEAD. */
import type { ApiMiddleware } from './api.ts';

/** Whatever an answer holds (a script's own output may be HTML), a browser neither runs it, nor frames it, nor guesses its type. */
const headers: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};
const ONE_YEAR_SECONDS = 365 * 24 * 3600;

/** A route that sets one of them itself has its way. */
export function answerHeaders(): ApiMiddleware {
  return async (c, next) => {
    await next();
    const answer = c.res.headers;
    for (const [name, value] of Object.entries(headers)) if (!answer.has(name)) answer.set(name, value);
    if (!answer.has('cache-control')) answer.set('cache-control', 'no-store');
    if (c.get('client').isSecure) answer.set('strict-transport-security', `max-age=${ONE_YEAR_SECONDS}`);
    // HEAD is routed as GET: what GET would send must be let go, or a stream behind it stays open.
    if (c.req.method === 'HEAD') await c.res.body?.cancel();
  };
}
