/**
 * Secrets in the table `records`: each value sealed with a data key of its own, which KMS has made and encrypted for that secret's name alone. So
 * a copy of the table tells nothing to who may not use the KMS key, and CloudTrail tells which secrets were read. A value is read with one request to
 * KMS; the data keys are remembered, for tasks ask for the same secrets by the thousand.
 */
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { actorSchema } from '../../../../core/api/system.ts';
import { LoadstarError } from '../../../../core/errors.ts';
import { limits } from '../../../../core/limits.ts';
import type { SecretStore } from '../../../ports/secrets.ts';
import { sealValue, unsealValue } from '../../../security/sealed-value.ts';
import { checkRowToWrite } from '../../stored-rows.ts';
import { type Item, openTable } from '../dynamodb/dynamo-table.ts';
import { readRecord } from '../dynamodb/record-documents.ts';

const PARTITION = 'secret';
const REMEMBERED_MAX = limits.secretsMax;

const documentSchema = z.strictObject({ updatedAtMs: z.number(), updatedBy: actorSchema });

/** `table`: the name of `records`. `keyArn`: of the KMS key. Of writers side by side a few may go beyond `secretsMax`. */
export function createKmsSecretStore(options: {
  client: DynamoDBDocumentClient;
  table: string;
  kms: KMSClient;
  keyArn: string;
  /** Default: `limits.secretsMax`. */
  secretsMax?: number;
}): SecretStore {
  const secretsMax = options.secretsMax ?? limits.secretsMax;
  const table = openTable(options.client, options.table);
  const dataKeys = createDataKeys(options.kms, options.keyArn);
  const keyOf = (name: string) => ({ pk: PARTITION, sk: name });
  const all = {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': PARTITION },
    ConsistentRead: true,
  };
  return {
    async put({ name, value, ...rest }) {
      const document = JSON.stringify(checkRowToWrite(documentSchema, rest, `secret ${name}`));
      const isNew = (await table.get(keyOf(name))) === null;
      if (isNew && (await table.count(all)) >= secretsMax) {
        throw new LoadstarError('option_invalid', `There are ${secretsMax} secrets already: delete some first.`);
      }
      const { plain, encrypted } = await dataKeys.make(name);
      await table.put({ ...keyOf(name), document, dataKey: encrypted, sealed: sealValue(plain, name, value) });
    },

    async list() {
      const summaries = [];
      const query = {
        ...all,
        ProjectionExpression: 'pk, sk, #document',
        ExpressionAttributeNames: { '#document': 'document' },
      };
      for await (const item of table.query(query)) {
        summaries.push({ name: String(item.sk), ...readRecord(documentSchema, item) });
      }
      return summaries;
    },

    async read(names) {
      const items = await table.getMany([...new Set(names)].map(keyOf));
      const values = await Promise.all(items.map(async (item) => [String(item.sk), await unseal(item)] as const));
      return new Map(values);
    },

    async delete(name) {
      const deleted = await table.delete(keyOf(name));
      return 'before' in deleted && deleted.before !== null;
    },
  };

  async function unseal({ sk, dataKey, sealed }: Item): Promise<string> {
    const name = String(sk);
    const plain = await dataKeys.open(name, dataKey as Uint8Array);
    const value = unsealValue(plain, name, sealed as Uint8Array);
    if (value !== null) return value;
    throw new LoadstarError('store_failed', `The secret ${name} cannot be decrypted: store it again.`);
  }
}

interface DataKeys {
  make(name: string): Promise<{ plain: Uint8Array; encrypted: Uint8Array }>;
  /** Throws `store_failed` when KMS does not decrypt it for this name. */
  open(name: string, encrypted: Uint8Array): Promise<Uint8Array>;
}

function createDataKeys(kms: KMSClient, keyArn: string): DataKeys {
  const remembered = new Map<string, Uint8Array>();
  const remember = (name: string, encrypted: Uint8Array, plain: Uint8Array) => {
    remembered.set(memoryKey(name, encrypted), plain);
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
  };
  return {
    async make(name) {
      const command = new GenerateDataKeyCommand({
        KeyId: keyArn,
        KeySpec: 'AES_256',
        EncryptionContext: contextOf(name),
      });
      const { Plaintext, CiphertextBlob } = await kms.send(command).catch(failing(name, 'encrypted'));
      if (Plaintext === undefined || CiphertextBlob === undefined) throw new Error('KMS has made no data key');
      remember(name, CiphertextBlob, Plaintext);
      return { plain: Plaintext, encrypted: CiphertextBlob };
    },

    async open(name, encrypted) {
      const known = remembered.get(memoryKey(name, encrypted));
      if (known !== undefined) return known;
      const command = new DecryptCommand({
        KeyId: keyArn,
        CiphertextBlob: encrypted,
        EncryptionContext: contextOf(name),
      });
      const { Plaintext } = await kms.send(command).catch(failing(name, 'decrypted'));
      if (Plaintext === undefined) throw new Error('KMS has decrypted nothing');
      remember(name, encrypted, Plaintext);
      return Plaintext;
    },
  };
}

/** KMS decrypts a key only for the context that it was made for. */
function contextOf(name: string): Record<string, string> {
  return { 'loadstar:secret': name };
}

function memoryKey(name: string, encrypted: Uint8Array): string {
  return `${name} ${Buffer.from(encrypted).toString('base64')}`;
}

function failing(name: string, done: string) {
  return (cause: Error): never => {
    throw new LoadstarError(
      'store_failed',
      `The secret ${name} could not be ${done}: ${cause.name}: ${cause.message}`,
      {
        cause,
      },
    );
  };
}
