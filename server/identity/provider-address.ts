/** Where the embedded OpenID provider is, and whether people can sign in there. */
import { isLoopbackHost } from './clients.ts';

/** Below the public URL. */
export const PROVIDER_PATH = '/oidc';

/** Why nobody should sign in here, or nobody can; null when all is well. */
export function insecurityOf(publicUrl: string): string | null {
  const { protocol, hostname, origin } = new URL(publicUrl);
  if (protocol === 'https:' || isLoopbackHost(hostname)) return null;
  return (
    `${origin} is not encrypted: others on the way can read passwords, and browsers refuse the console what it needs to sign in. ` +
    'Set tls.certificateFile and tls.keyFile, or publicUrl with https:// and trustedProxies for a proxy that does TLS.'
  );
}
