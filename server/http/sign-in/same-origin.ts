/** Forms are taken from our own pages only: no other site, and no other port of this machine, can send one in somebody's name. */
import { LoadstarError } from '../../../core/errors.ts';

/** `origins`: ours. Throws `forbidden`. Browsers say where a form comes from; who does not say it is none of our pages. */
export function requireSameOrigin(headers: Headers, origins: readonly string[]): void {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  const isOurs = origin !== null && origins.includes(origin) && (site === null || site === 'same-origin');
  if (!isOurs)
    throw new LoadstarError('forbidden', 'This form was sent from another site: start again on the page itself.');
}
