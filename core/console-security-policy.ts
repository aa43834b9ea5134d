/** What browsers let the console do: a Content Security Policy, the same whoever gives out its files. */

/**
 * Scripts from where the page is alone. Styles inline too, which the libraries of the console make at run time. `connectTo`: origins beside its own that
 * the console talks to, such as the issuer that people sign in with.
 */
export function consoleSecurityPolicy(connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src ${["'self'", ...connectTo].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
