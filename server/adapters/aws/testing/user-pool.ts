/** A user pool in moto, as the deployment makes one. moto knows no aliases: that an address is somebody's already is seen by our rows alone there. */
import {
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { roleGroups } from '../layout/sign-in.ts';

export interface TestUserPool {
  userPoolId: string;
  consoleClientId: string;
  cliClientId: string;
}

export async function createUserPool(client: CognitoIdentityProviderClient): Promise<TestUserPool> {
  const { UserPool } = await client.send(
    new CreateUserPoolCommand({ PoolName: 'loadstar', AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] }),
  );
  const UserPoolId = UserPool?.Id ?? '';
  for (const GroupName of roleGroups) await client.send(new CreateGroupCommand({ UserPoolId, GroupName }));
  const clientNamed = async (ClientName: string) => {
    const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const];
    const command = new CreateUserPoolClientCommand({ UserPoolId, ClientName, ExplicitAuthFlows });
    return (await client.send(command)).UserPoolClient?.ClientId ?? '';
  };
  const consoleClientId = await clientNamed('console');
  return { userPoolId: UserPoolId, consoleClientId, cliClientId: await clientNamed('cli') };
}
