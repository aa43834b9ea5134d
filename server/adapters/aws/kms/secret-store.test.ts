import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { startDynamoDbLocal } from '../../../../tools/emulators/dynamodb-local.ts';
import { emulatorCredentials, emulatorRegion } from '../../../../tools/emulators/emulator.ts';
import { startMoto } from '../../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { secretStoreContract } from '../../../ports/secrets.contract.ts';
import { createTables } from '../testing/create-tables.ts';
import { createKmsSecretStore } from './secret-store.ts';

const SECRETS_MAX = 20;

describe('on DynamoDB Local and moto', () => {
  const dynamoDb = useEmulator('dynamodb-local', startDynamoDbLocal);
  const moto = useEmulator('moto', startMoto);
  let opened = 0;

  async function open() {
    const account = { region: emulatorRegion, credentials: emulatorCredentials };
    const tables = new DynamoDBClient({ endpoint: dynamoDb.url, ...account });
    const { records } = await createTables(tables, `test-${++opened}`);
    const kms = new KMSClient({ endpoint: moto.url, ...account });
    const keyArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    const client = DynamoDBDocumentClient.from(tables);
    const another = () => createKmsSecretStore({ client, table: records, kms, keyArn, secretsMax: SECRETS_MAX });
    const close = async () => {
      tables.destroy();
      kms.destroy();
    };
    return { secrets: another(), another, client, table: records, close };
  }

  secretStoreContract('DynamoDB with KMS', open, SECRETS_MAX);

  const secret = (name: string, value: string) => ({
    name,
    value,
    updatedAtMs: 1,
    updatedBy: { kind: 'local' } as const,
  });

  it('keeps no value in the table, and binds each to its name', async () => {
    const { secrets, another, client, table, close } = await open();
    await secrets.put(secret('A', 'the value of A'));
    await secrets.put(secret('B', 'the value of B'));
    const { Item: stored } = await client.send(new GetCommand({ TableName: table, Key: { pk: 'secret', sk: 'A' } }));
    for (const bytes of [stored?.sealed, stored?.dataKey]) expect(Buffer.from(bytes).includes('value')).toBe(false);
    await client.send(new PutCommand({ TableName: table, Item: { ...stored, sk: 'B' } }));
    // Neither the one that remembers the key of A, nor one that asks KMS for it.
    for (const store of [secrets, another()]) {
      await expect(store.read(['B'])).rejects.toMatchObject({ code: 'store_failed' });
    }
    expect(await another().read(['A'])).toEqual(new Map([['A', 'the value of A']]));
    await close();
  });

  it('says nothing of a value that was damaged', async () => {
    const { secrets, client, table, close } = await open();
    await secrets.put(secret('A', 'the value of A'));
    const { Item: stored } = await client.send(new GetCommand({ TableName: table, Key: { pk: 'secret', sk: 'A' } }));
    const sealed = Buffer.from(stored?.sealed);
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    await client.send(new PutCommand({ TableName: table, Item: { ...stored, sealed } }));
    const reading = secrets.read(['A']);
    await expect(reading).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.not.stringContaining('value'),
    });
    await close();
  });
});
