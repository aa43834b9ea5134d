/** What URLs and the tokens of runs are signed with: of a secret that nobody needs to know. */
import { createHash } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { LoadstarError } from '../../../../core/errors.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { secretsManagerClient } from './clients/secrets-manager.ts';
import { once } from './once.ts';

const LENGTH_MIN = 43;

/** 32 bytes, the same in all Lambdas. Throws `config_invalid` when the secret is too short to be one. */
export const signingKey: () => Promise<Uint8Array> = once(async () => {
  const { signingKeyArn } = readEnvironment(['signingKeyArn']);
  const { SecretString = '' } = await secretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: signingKeyArn }),
  );
  if (SecretString.length >= LENGTH_MIN) return createHash('sha256').update(SecretString).digest();
  throw new LoadstarError('config_invalid', `The signing key has fewer than ${LENGTH_MIN} characters.`);
});
