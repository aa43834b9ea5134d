/**
 * Secrets for JMeter: properties that it reads from a file of the task's own, so that they stand in none of the plans that Taurus writes and
 * keeps, and mean nothing to JMeter but their text.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceSecretReferences, SECRET_PREFIX } from '../../core/secrets/secret-name.ts';
import type { WorkFolder } from './work-folder.ts';

const OWNER_ONLY = 0o600;

/** Where the properties are written; null: there are none. */
export function secretPropertiesPath({ root }: WorkFolder, secrets: ReadonlyMap<string, string>): string | null {
  return secrets.size === 0 ? null : join(root, 'secrets.properties');
}

export async function writeSecretProperties(folder: WorkFolder, secrets: ReadonlyMap<string, string>): Promise<void> {
  const path = secretPropertiesPath(folder, secrets);
  if (path === null) return;
  const lines = [...secrets].map(([name, value]) => `${SECRET_PREFIX}${name}=${escaped(value)}\n`);
  await writeFile(path, lines.join(''), { mode: OWNER_ONLY });
}

/** A text of a JMeter plan with properties in place of the secrets that it names. */
export function asSecretProperties(text: string, secrets: ReadonlyMap<string, string>): string {
  return replaceSecretReferences(text, (name, written) =>
    secrets.has(name) ? `\${__P(${SECRET_PREFIX}${name})}` : written,
  );
}

/** As `java.util.Properties` reads values: every character that means something there, or is not ASCII, by its number. */
function escaped(value: string): string {
  return value.replace(/[^A-Za-z0-9]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
