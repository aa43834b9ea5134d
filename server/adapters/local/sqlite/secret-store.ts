/**
 * Secrets in the table `secrets`: each value sealed with AES-256-GCM under a key that lies in a file of its own, so that a copy of the
 * database alone tells nothing. The name is authenticated too: no value can be put under another name.
 */
import { z } from 'zod';
import { actorSchema } from '../../../../core/api/system.ts';
import { LoadstarError } from '../../../../core/errors.ts';
import { limits } from '../../../../core/limits.ts';
import type { SecretStore } from '../../../ports/secrets.ts';
import { sealValue, unsealValue } from '../../../security/sealed-value.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { Database } from './database.ts';

const documentSchema = z.strictObject({ updatedAtMs: z.number(), updatedBy: actorSchema });

/** `key`: 32 bytes, asked for when it is first needed. */
export function createSecretStore(database: Database, key: () => Promise<Uint8Array>): SecretStore {
  let opened: Promise<Uint8Array> | null = null;
  const openKey = () => {
    opened ??= key().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    async put({ name, value, ...rest }) {
      const document = JSON.stringify(checkRowToWrite(documentSchema, rest, `secret ${name}`));
      const sealed = sealValue(await openKey(), name, value);
      database.transaction(() => {
        const [present] = database.rows('SELECT count(*) AS others FROM secrets WHERE name <> ?', name);
        if (Number(present?.others) >= limits.secretsMax) {
          throw new LoadstarError(
            'option_invalid',
            `There are ${limits.secretsMax} secrets already: delete some first.`,
          );
        }
        database.change(
          `INSERT INTO secrets (name, sealed, document) VALUES (?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, document = excluded.document`,
          name,
          sealed,
          document,
        );
      });
    },

    list: async () =>
      database.rows('SELECT name, document FROM secrets ORDER BY name').map((row) => ({
        name: String(row.name),
        ...database.readDocument(documentSchema, row, `secret ${row.name}`),
      })),

    async read(names) {
      const values = new Map<string, string>();
      for (const name of names) {
        const [row] = database.rows('SELECT sealed FROM secrets WHERE name = ?', name);
        if (row !== undefined) values.set(name, unseal(await openKey(), name, row.sealed as Uint8Array));
      }
      return values;
    },

    delete: async (name) => database.change('DELETE FROM secrets WHERE name = ?', name) > 0,
  };
}

function unseal(key: Uint8Array, name: string, sealed: Uint8Array): string {
  const value = unsealValue(key, name, sealed);
  if (value !== null) return value;
  throw new LoadstarError(
    'store_failed',
    `The secret ${name} cannot be decrypted with the key of this data directory: store it again.`,
  );
}
