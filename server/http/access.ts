/**
 * Who may call what: everything under `/api` needs an actor unless it is named here. What lies beside it is for everybody: the console, and the
 * pages to sign in.
 */

/**
 * `actor`: needs one, and has the limits of the API. `public`: anybody. `own`: its routes look at a token of their own (of a run, of an
 * upload or download) and limit the body themselves.
 */
export type Access = 'actor' | 'public' | 'own';

const publicPaths: ReadonlySet<string> = new Set(['/api/health', '/api/ready']);
const ownPrefixes: readonly string[] = ['/api/run-folders/', '/api/uploads/', '/api/downloads/'];

/** `path`: as the router sees it (`c.req.path`). */
export function accessOf(path: string): Access {
  if (publicPaths.has(path) || !(path === '/api' || path.startsWith('/api/'))) return 'public';
  return ownPrefixes.some((prefix) => path.startsWith(prefix)) ? 'own' : 'actor';
}
