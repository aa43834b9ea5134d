/** What flows are that say nothing. Apart from the schemas, so that a task's threads need not load what reads these. */

/** Taurus' own defaults, the costly ones too. */
export const httpSettingsDefault = {
  storeCookies: true,
  storeCache: true,
  cookies: [],
  resources: null,
  dnsCache: true,
  authorizations: [],
  clears: [],
};

export const tlsSettingsDefault = { verify: false, authorityFile: null, client: null };
