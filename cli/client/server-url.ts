/** Addresses of servers, as people write them. */
import { LoadstarError } from '../../core/errors.ts';

export const SERVER_URL_DEFAULT = 'http://127.0.0.1:8080';

/**
 * The address in the one form that it is kept and compared in: without a slash at its end. Without a scheme it is `https`, on this machine `http`.
 * Throws `option_invalid`, which never repeats a password.
 */
export function readServerUrl(text: string, where: string): string {
  const trimmed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : withScheme(trimmed));
  const refuse = (message: string) => {
    const fields = [{ path: where, message }];
    return new LoadstarError('option_invalid', 'The address of the server is not valid.', { fields });
  };
  if (url === null || trimmed === '') throw refuse('takes a URL, such as https://loadstar.example.com');
  if (!['http:', 'https:'].includes(url.protocol)) throw refuse('takes a URL that begins with http:// or https://');
  if (url.username !== '' || url.password !== '') throw refuse('takes a URL without a user name and a password');
  if (url.search !== '' || url.hash !== '') throw refuse('takes a URL without ? and #');
  return `${url.origin}${url.pathname.replace(/(?:\/api)?\/*$/, '')}`;
}

function withScheme(address: string): string {
  const guess = URL.parse(`http://${address}`);
  return guess !== null && isLoopback(guess.href) ? `http://${address}` : `https://${address}`;
}

/** Whether the server runs on this machine. */
export function isLoopback(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
