/** What flows are that say nothing. Apart from the schemas, so that a task's threads need not load what reads these. */
import type { HttpSettings, TlsSettings } from './scenario.ts';

/** Taurus' own defaults, the costly ones too. */
export const httpSettingsDefault: HttpSettings = {
  storeCookies: true,
  storeCache: true,
  cookies: [],
  resources: null,
  dnsCache: true,
  authorizations: [],
  clears: [],
};

export const tlsSettingsDefault: TlsSettings = { verify: false, authorityFile: null, client: null };
