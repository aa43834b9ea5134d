/** Users, invitations and tokens of a user pool: Cognito's part in moto, the rows in DynamoDB Local. */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDynamoDbLocal } from '../../../../tools/emulators/dynamodb-local.ts';
import { emulatorCredentials, emulatorRegion } from '../../../../tools/emulators/emulator.ts';
import { startMoto } from '../../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { sampleUser } from '../../../ports/fixtures/sample-users.ts';
import { userStoreContract } from '../../../ports/identity.contract.ts';
import type { UserStore } from '../../../ports/users.ts';
import { openRecordStores } from '../dynamodb/dynamo-stores.ts';
import { createTables } from '../testing/create-tables.ts';
import { createUserPool, type TestUserPool } from '../testing/user-pool.ts';
import { createCognitoInvitations } from './invitations.ts';
import { createCognitoVerifier } from './token-verifier.ts';
import { openUserPool, type UserPool } from './user-pool.ts';
import { createCognitoUserStore } from './user-store.ts';

const PASSWORD = 'Correct-horse-7-battery';

describe('a user pool', () => {
  const moto = useEmulator('moto', startMoto);
  const dynamoDb = useEmulator('dynamodb-local', startDynamoDbLocal);
  let opened = 0;

  async function open() {
    const common = { region: emulatorRegion, credentials: emulatorCredentials };
    const dynamo = new DynamoDBClient({ ...common, endpoint: dynamoDb.url });
    const cognito = new CognitoIdentityProviderClient({ ...common, endpoint: moto.url });
    const tables = await createTables(dynamo, `users-${++opened}`);
    const ids = await createUserPool(cognito);
    const { users: rows } = openRecordStores({ client: DynamoDBDocumentClient.from(dynamo), table: tables.records });
    const pool = openUserPool(cognito, ids.userPoolId);
    const users = createCognitoUserStore({ pool, rows, nowMs: () => 1_800_000_000_000 });
    const close = async () => {
      dynamo.destroy();
      cognito.destroy();
    };
    return { users, rows, pool, cognito, ids, close };
  }

  userStoreContract('Cognito', open);

  describe('that others change too', () => {
    let users: UserStore;
    let rows: UserStore;
    let pool: UserPool;
    let cognito: CognitoIdentityProviderClient;
    let ids: TestUserPool;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ users, rows, pool, cognito, ids, close } = await open());
    });
    afterEach(() => close());

    const of = (Username: string) => ({ UserPoolId: ids.userPoolId, Username });
    const join = (id: string) =>
      cognito.send(new AdminSetUserPasswordCommand({ ...of(id), Password: PASSWORD, Permanent: true }));
    const groupsOf = async (id: string) =>
      ((await cognito.send(new AdminListGroupsForUserCommand(of(id)))).Groups ?? []).map(({ GroupName }) => GroupName);
    const byHand = async (id: string, email: string, group: string | null) => {
      const UserAttributes = [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ];
      await cognito.send(new AdminCreateUserCommand({ ...of(id), UserAttributes, MessageAction: 'SUPPRESS' }));
      if (group !== null) await cognito.send(new AdminAddUserToGroupCommand({ ...of(id), GroupName: group }));
    };
    const list = async () => (await users.list({ limit: 50, cursor: null })).items;

    it('has its own users taken up, with the role of their group', async () => {
      await byHand('administrator', 'Root@Example.com', 'admin');
      await byHand('stranger', 'stranger@example.com', null);
      await byHand('no.id', 'no-id@example.com', 'viewer');
      expect(await users.get('administrator')).toMatchObject({
        email: 'root@example.com',
        name: 'root',
        role: 'admin',
        status: 'invited',
        passwordHash: null,
      });
      expect(await users.get('stranger')).toBeNull();
      expect((await list()).map(({ id }) => id)).toEqual(['administrator']);
      await byHand('other', 'other@example.com', 'editor');
      expect((await list()).map(({ id }) => id).sort()).toEqual(['administrator', 'other']);
      await byHand('third', 'third@example.com', 'viewer');
      expect(await users.findByEmail('Third@example.com')).toMatchObject({ id: 'third', role: 'viewer' });
      expect(await users.findByEmail('x" or email ^= "')).toBeNull();
    });

    it('keeps the address of somebody whom only it knows', async () => {
      await byHand('administrator', 'root@example.com', 'admin');
      const twice = users.create(sampleUser({ id: 'user-1', email: 'root@example.com' }));
      await expect(twice).rejects.toMatchObject({ code: 'conflict' });
      await users.create(sampleUser({ id: 'user-2' }));
      const taken = users.update(sampleUser({ id: 'user-2', version: 2, email: 'root@example.com' }));
      await expect(taken).rejects.toMatchObject({ code: 'conflict' });
    });

    it('keeps nothing of somebody who could be made only in part', async () => {
      let isFailing = true;
      cognito.middlewareStack.add(
        (next, { commandName }) =>
          async (asked) => {
            if (isFailing && commandName === 'AdminAddUserToGroupCommand') throw new Error('no network');
            return next(asked);
          },
        { step: 'initialize' },
      );
      await expect(users.create(sampleUser({ id: 'a' }))).rejects.toMatchObject({ code: 'store_failed' });
      expect([await rows.get('a'), await pool.find('a')]).toEqual([null, null]);
      isFailing = false;
      await users.create(sampleUser({ id: 'b', email: sampleUser({ id: 'a' }).email }));
      expect(await groupsOf('b')).toHaveLength(1);
    });

    it('is told who changes, and what role they have', async () => {
      await users.create(sampleUser({ id: 'a', role: 'viewer', status: 'invited', name: 'Ada' }));
      expect(await groupsOf('a')).toEqual(['viewer']);
      await users.update(sampleUser({ id: 'a', version: 2, role: 'admin', name: 'Countess' }));
      expect(await groupsOf('a')).toEqual(['admin']);
      expect(await pool.find('a')).toMatchObject({ name: 'Countess', email: 'a@example.com', isEnabled: true });
      await users.delete('a');
      expect(await pool.find('a')).toBeNull();
      expect(await list()).toEqual([]);
    });

    it('makes whoever has chosen a password active', async () => {
      await users.create(sampleUser({ id: 'a', role: 'admin', status: 'invited' }));
      expect(await users.get('a')).toMatchObject({ status: 'invited', version: 1 });
      await join('a');
      expect(await users.get('a')).toMatchObject({ status: 'active', version: 2 });
      expect(await users.countActiveAdmins()).toBe(1);
      await users.create(sampleUser({ id: 'b', status: 'invited' }));
      await join('b');
      expect(await list()).toMatchObject([{ id: 'b', status: 'active' }, { id: 'a' }]);
    });

    it('keeps out whoever is disabled in either, and lets them in again in both', async () => {
      await users.create(sampleUser({ id: 'a' }));
      await join('a');
      const token = await refreshTokenOf('a');
      await users.update(sampleUser({ id: 'a', version: 2, status: 'disabled', tokensValidFromMs: 5 }));
      expect(await pool.find('a')).toMatchObject({ isEnabled: false });
      await users.update(sampleUser({ id: 'a', version: 3, status: 'active', tokensValidFromMs: 5 }));
      expect(await pool.find('a')).toMatchObject({ isEnabled: true });
      await expect(renew(token)).rejects.toThrow();
      // By hand, in the pool alone.
      await cognito.send(new AdminDisableUserCommand(of('a')));
      expect(await list()).toMatchObject([{ id: 'a', status: 'disabled', version: 4 }]);
      // The row says disabled, and the pool was never told.
      await cognito.send(new AdminEnableUserCommand(of('a')));
      expect(await list()).toMatchObject([{ id: 'a', status: 'disabled' }]);
      expect(await pool.find('a')).toMatchObject({ isEnabled: false });
    });

    it('is mended where a change did not reach it', async () => {
      await users.create(sampleUser({ id: 'a', status: 'invited' }));
      // As if nothing had come after the row was written.
      await rows.update(sampleUser({ id: 'a', version: 2, status: 'invited', name: 'Renamed' }));
      await rows.create(sampleUser({ id: 'b', status: 'invited' }));
      await list();
      expect(await pool.find('a')).toMatchObject({ name: 'Renamed' });
      expect(await pool.find('b')).toBeNull();
      await users.update(sampleUser({ id: 'b', version: 2, status: 'invited', role: 'viewer' }));
      expect(await groupsOf('b')).toEqual(['viewer']);
      // Removed by hand: nobody who could sign in.
      await users.create(sampleUser({ id: 'c' }));
      await cognito.send(new AdminDeleteUserCommand(of('c')));
      await list();
      expect(await users.get('c')).toMatchObject({ status: 'disabled' });
    });

    it('writes to those who are invited, and to those who have lost their password', async () => {
      const invitations = createCognitoInvitations(pool);
      const user = sampleUser({ id: 'a', status: 'invited' });
      await users.create(user);
      const created = await statusOf('a');
      expect(await invitations.issue(user)).toBeNull();
      expect([created, await statusOf('a')]).toEqual(['FORCE_CHANGE_PASSWORD', 'FORCE_CHANGE_PASSWORD']);
      // moto forgets the attributes of whoever is invited again; Cognito does not.
      await pool.change(user);
      await join('a');
      expect(await invitations.issue(user)).toBeNull();
      expect(await statusOf('a')).toBe('RESET_REQUIRED');
      // Who resets a password has had one.
      expect(await pool.find('a')).toMatchObject({ hasJoined: true });
      await rows.create(sampleUser({ id: 'b', status: 'invited' }));
      await invitations.issue(sampleUser({ id: 'b', status: 'invited' }));
      expect(await groupsOf('b')).toEqual(['editor']);
    });

    it('signs tokens that say who somebody is', async () => {
      await users.create(sampleUser({ id: 'user-7', role: 'admin' }));
      await join('user-7');
      const tokens = await signIn('user-7');
      const verifier = createCognitoVerifier({
        userPoolId: ids.userPoolId,
        clientIds: [ids.consoleClientId, ids.cliClientId],
        jwksUrl: `${moto.url}/${ids.userPoolId}/.well-known/jwks.json`,
      });
      expect(await verifier.verify(tokens.AccessToken ?? '')).toMatchObject({ subject: 'user-7', role: 'admin' });
      expect(await verifier.verify(tokens.IdToken ?? '')).toHaveProperty('refusal');
      const other = createCognitoVerifier({
        userPoolId: `${emulatorRegion}_other`,
        clientIds: [ids.cliClientId],
        jwksUrl: `${moto.url}/${ids.userPoolId}/.well-known/jwks.json`,
      });
      expect(await other.verify(tokens.AccessToken ?? '')).toEqual({ refusal: 'The token is of another issuer.' });
    });

    it('fails with what it said, and changes nothing by halves', async () => {
      const lost = openUserPool(cognito, `${emulatorRegion}_gone`);
      const store = createCognitoUserStore({ pool: lost, rows, nowMs: Date.now });
      const failure = { code: 'store_failed', message: expect.stringContaining('The user pool failed') };
      await expect(store.list({ limit: 5, cursor: null })).rejects.toMatchObject(failure);
      await expect(store.create(sampleUser({ id: 'a' }))).rejects.toMatchObject(failure);
      expect(await rows.get('a')).toBeNull();
    });

    const statusOf = async (id: string) => (await cognito.send(new AdminGetUserCommand(of(id)))).UserStatus;
    const signIn = async (id: string) => {
      const AuthParameters = { USERNAME: id, PASSWORD };
      const command = new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId: ids.consoleClientId,
        AuthParameters,
      });
      return (await cognito.send(command)).AuthenticationResult ?? {};
    };
    const refreshTokenOf = async (id: string) => (await signIn(id)).RefreshToken ?? '';
    const renew = (token: string) =>
      cognito.send(
        new InitiateAuthCommand({
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          ClientId: ids.consoleClientId,
          AuthParameters: { REFRESH_TOKEN: token },
        }),
      );
  });
});
