/** The environment variables that stand for settings, and how their texts are read. */
import type { Path } from '../../core/input/problems.ts';

export interface Variable {
  name: string;
  /** The setting it stands for. */
  path: Path;
  /** The text as it would stand in the file. What it makes nothing of it leaves as it is: then the setting's schema says what is wrong. */
  read(text: string): unknown;
  /** Its value is a path, relative to the working folder. */
  isFile?: true;
}

export const variables: readonly Variable[] = [
  { name: 'LOADSTAR_HOST', path: ['host'], read: asText },
  { name: 'LOADSTAR_PORT', path: ['port'], read: asNumber },
  { name: 'LOADSTAR_PUBLIC_URL', path: ['publicUrl'], read: asText },
  { name: 'LOADSTAR_TLS_CERT', path: ['tls', 'certificateFile'], read: asText, isFile: true },
  { name: 'LOADSTAR_TLS_KEY', path: ['tls', 'keyFile'], read: asText, isFile: true },
  { name: 'LOADSTAR_TRUSTED_PROXIES', path: ['trustedProxies'], read: asList },
  { name: 'LOADSTAR_ADMIN_EMAIL', path: ['adminEmail'], read: asText },
  { name: 'LOADSTAR_SMTP_URL', path: ['mail', 'smtpUrl'], read: asText },
  { name: 'LOADSTAR_MAIL_FROM', path: ['mail', 'from'], read: asText },
  { name: 'LOADSTAR_SIGN_IN_ISSUER', path: ['signIn', 'issuer'], read: asText },
  { name: 'LOADSTAR_SIGN_IN_AUDIENCE', path: ['signIn', 'audience'], read: asText },
  { name: 'LOADSTAR_SIGN_IN_CLIENT_ID', path: ['signIn', 'clientId'], read: asText },
  { name: 'LOADSTAR_REGIONS', path: ['regions'], read: asRegions },
  { name: 'LOADSTAR_TASKS_USER', path: ['tasksUser'], read: asText },
  { name: 'LOADSTAR_TARGET_ALLOW_LIST', path: ['targetAllowList'], read: asList },
  { name: 'LOADSTAR_SCRIPTS_BESIDE_ALLOW_LIST', path: ['scriptsBesideAllowList'], read: asFlag },
  { name: 'LOADSTAR_KEEP_DAYS', path: ['keepDays'], read: asNumber },
  { name: 'LOADSTAR_KEEP_ARTIFACTS_DAYS', path: ['keepArtifactsDays'], read: asNumber },
  { name: 'LOADSTAR_KEEP_BYTES', path: ['keepBytes'], read: asNumber },
];

/** Where the control plane keeps its data, and where its file is: they cannot stand in the file. */
export const HOME_VARIABLE = 'LOADSTAR_HOME';
export const CONFIG_VARIABLE = 'LOADSTAR_CONFIG';
export const HOME_DEFAULT = '.loadstar';

function asText(text: string): string {
  return text;
}

function asNumber(text: string): unknown {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function asFlag(text: string): unknown {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

/** `a,b`; white space around the commas is allowed. */
function asList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** `eu=4,us=4`. */
function asRegions(text: string): Record<string, unknown> {
  return Object.fromEntries(
    asList(text).map((item) => {
      const [, name = item, tasks] = /^([^=]*)=(.*)$/.exec(item) ?? [];
      return [name.trim(), tasks === undefined ? item : { tasksMax: asNumber(tasks.trim()) }];
    }),
  );
}
