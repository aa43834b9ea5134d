import { createKmsSecretStore } from '../../../adapters/aws/kms/secret-store.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import type { SecretStore } from '../../../ports/secrets.ts';
import { documentClient } from './clients/dynamodb.ts';
import { kmsClient } from './clients/kms.ts';
import { once } from './once.ts';

/** Secrets that scenarios name. */
export const secrets: () => SecretStore = once(() => {
  const { recordsTable, secretsKeyArn } = readEnvironment(['recordsTable', 'secretsKeyArn']);
  return createKmsSecretStore({
    client: documentClient(),
    table: recordsTable,
    kms: kmsClient(),
    keyArn: secretsKeyArn,
  });
});
