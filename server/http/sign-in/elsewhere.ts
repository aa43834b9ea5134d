/** Whether a browser is where it can sign in. */
import { isLoopbackHost } from '../../identity/clients.ts';
import type { ApiContext } from '../api.ts';

/**
 * Browsers sign in at the public address only: cookies of another name of the same server would be missing there. Where a page that was asked for lies
 * instead; null when it is right where it is.
 */
export function elsewhere(c: ApiContext, publicUrl: string): { location: string } | { problem: string } | null {
  if (c.req.method !== 'GET') return null;
  const asked = URL.parse(c.req.url);
  const given = URL.parse(`http://${c.req.header('host') ?? ''}`);
  const own = new URL(publicUrl);
  if (asked === null || given === null || given.host === own.host) return null;
  if (isLoopbackHost(own.hostname) && !isLoopbackHost(given.hostname)) return { problem: notReachableBy(own, given) };
  return { location: `${publicUrl}${asked.pathname}${asked.search}` };
}

function notReachableBy(own: URL, given: URL): string {
  return (
    `This server is reached as ${given.host}, but only knows itself as ${own.origin}. ` +
    'Set publicUrl to an address that others reach it by, with https://.'
  );
}
