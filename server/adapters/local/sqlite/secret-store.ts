/**
 * Secrets in the table `secrets`: each value sealed with AES-256-GCM under a key that lies in a file of its own, so that a copy of the
 * database alone tells nothing. The name is authenticated too: no value can be put under another name.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { actorSchema } from '../../../../core/api/system.ts';
import { LoadstarError } from '../../../../core/errors.ts';
import { limits } from '../../../../core/limits.ts';
import type { SecretStore } from '../../../ports/secrets.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import type { Database } from './database.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

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
      const sealed = seal(await openKey(), name, value);
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

/** Nonce, tag and cipher text, one after the other. */
function seal(key: Uint8Array, name: string, value: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(name));
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function unseal(key: Uint8Array, name: string, sealed: Uint8Array): string {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = sealed.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    throw new LoadstarError(
      'store_failed',
      `The secret ${name} cannot be decrypted with the key of this data directory: store it again.`,
    );
  }
}
