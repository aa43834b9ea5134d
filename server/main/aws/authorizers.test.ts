/** The two authorizers as they are deployed, with a user pool and a table in moto: what a person does from the invitation on. */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { emulatorCredentials, emulatorRegion } from '../../../tools/emulators/emulator.ts';
import { startMoto } from '../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../tools/emulators/use-emulator.ts';
import { environmentVariables as names } from '../../adapters/aws/layout/environment.ts';
import { createTables } from '../../adapters/aws/testing/create-tables.ts';
import { createUserPool, type TestUserPool } from '../../adapters/aws/testing/user-pool.ts';
import { createToken } from '../../verbs/tokens/create-token.ts';
import { changeUser } from '../../verbs/users/change-user.ts';
import { inviteUser } from '../../verbs/users/invite-user.ts';
import { handler as authorizer } from './authorizer.ts';
import { handler as liveAuthorizer } from './live-authorizer.ts';
import { gatewayActor } from './parts/gateway-authentication.ts';
import { invitations } from './parts/invitations.ts';
import { recordStores } from './parts/record-stores.ts';
import { users } from './parts/users.ts';

const PASSWORD = 'Correct-horse-7-battery';
const context = {
  invokedFunctionArn: `arn:aws:lambda:${emulatorRegion}:123456789012:function:authorizer`,
  awsRequestId: '00000000-0000-4000-8000-000000000000',
} as Context;

describe('the authorizers', () => {
  const moto = useEmulator('moto', startMoto);
  let cognito: CognitoIdentityProviderClient;
  let pool: TestUserPool;

  beforeEach(async () => {
    const options = { region: emulatorRegion, credentials: emulatorCredentials, endpoint: moto.url };
    cognito = new CognitoIdentityProviderClient(options);
    pool = await createUserPool(cognito);
    const tables = await createTables(new DynamoDBClient(options), 'authorizers');
    const environment = {
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
      [names.mainRegion]: emulatorRegion,
      [names.recordsTable]: tables.records,
      [names.userPoolId]: pool.userPoolId,
      [names.consoleClientId]: pool.consoleClientId,
      [names.cliClientId]: pool.cliClientId,
      [names.jwksUrl]: `${moto.url}/${pool.userPoolId}/.well-known/jwks.json`,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  });
  afterAll(() => {
    cognito?.destroy();
    vi.unstubAllEnvs();
  });

  const signIn = async (USERNAME: string) => {
    const of = { UserPoolId: pool.userPoolId, Username: USERNAME };
    await cognito.send(new AdminSetUserPasswordCommand({ ...of, Password: PASSWORD, Permanent: true }));
    const command = new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: pool.cliClientId,
      AuthParameters: { USERNAME, PASSWORD },
    });
    return (await cognito.send(command)).AuthenticationResult?.AccessToken ?? '';
  };
  const methodArn = `arn:aws:execute-api:${emulatorRegion}:123456789012:abcdef1234/api/GET/api/me`;
  const comeWith = async (token: string) => {
    const answer = await authorizer({ type: 'TOKEN', authorizationToken: `Bearer ${token}`, methodArn }, context);
    return gatewayActor(answer.context, Date.now());
  };
  const watchWith = async (token: string) => {
    const mqtt = { username: 'jwt', password: Buffer.from(token).toString('base64'), clientId: 'console-1' };
    return (await liveAuthorizer({ protocolData: { mqtt } }, context)).isAuthenticated;
  };

  it('let in the default administrator, and whom they invite, until they are disabled', async () => {
    const administrator = { UserPoolId: pool.userPoolId, Username: 'administrator' };
    const UserAttributes = [{ Name: 'email', Value: 'root@example.com' }];
    await cognito.send(new AdminCreateUserCommand({ ...administrator, UserAttributes, MessageAction: 'SUPPRESS' }));
    await cognito.send(new AdminAddUserToGroupCommand({ ...administrator, GroupName: 'admin' }));
    const root = await comeWith(await signIn('administrator'));
    expect(root).toEqual({
      kind: 'user',
      id: 'administrator',
      name: 'root@example.com',
      role: 'admin',
      tokenId: null,
    });
    if (root === null) return;
    expect(await users().get('administrator')).toMatchObject({ status: 'active', lastSignInAtMs: expect.any(Number) });

    const log = () => {};
    const ports = {
      ...recordStores(),
      users: users(),
      invitations: invitations(),
      keepsUsers: true,
      nowMs: Date.now,
      log,
    };
    const { user, link } = await inviteUser(ports, root, { email: 'grace@example.com', role: 'editor' });
    expect(link).toBeNull();
    const token = await signIn(user.id);
    const grace = await comeWith(token);
    expect(grace).toMatchObject({ id: user.id, name: 'grace@example.com', role: 'editor' });
    if (grace === null) return;
    expect(await watchWith(token)).toBe(true);

    const { token: apiToken, id: tokenId } = await createToken(ports, grace, { name: 'ci', expiresInDays: 1 });
    expect(await comeWith(apiToken)).toMatchObject({ id: user.id, role: 'editor', tokenId });
    expect(await watchWith(apiToken)).toBe(true);

    await changeUser(ports, root, { userId: user.id, role: 'viewer' });
    expect(await comeWith(apiToken)).toMatchObject({ role: 'viewer' });
    await changeUser(ports, root, { userId: user.id, isDisabled: true });
    for (const each of [token, apiToken, `${token.slice(0, -4)}AAAA`]) {
      await expect(comeWith(each)).rejects.toThrow(/^Unauthorized$/);
      expect(await watchWith(each)).toBe(false);
    }
    expect(await comeWith(await signIn('administrator'))).toMatchObject({ role: 'admin' });
  });
});
