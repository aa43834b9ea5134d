/** What the embedded OpenID provider is made of. */
import type { Log } from '../ports/log.ts';
import type { Ports } from '../ports/ports.ts';
import type { IdentityKeys } from './keys.ts';

export interface ProviderOptions {
  /** `https://loadstar.example`. */
  publicUrl: string;
  keys: IdentityKeys;
  ports: Pick<Ports, 'users' | 'identityRecords' | 'nowMs'>;
  log: Log;
}
