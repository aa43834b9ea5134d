/** `/config.json` of the console, as the API would answer it: what browsers need to know before anybody has signed in. */
import { Aws } from 'aws-cdk-lib';
import { type ClientConfig, CONSOLE_REDIRECT_PATH } from '../../core/api/identity.ts';
import { mqttUrlOf } from '../../server/adapters/aws/layout/live.ts';
import { cliRedirectUris, signInScope } from '../../server/adapters/aws/layout/sign-in.ts';
import type { Identity } from './constructs/identity.ts';
import type { DeploymentNames } from './names.ts';
import { deploymentVersion } from './version.ts';

export interface ClientConfigProps {
  publicUrl: string;
  iotHost: string;
  names: DeploymentNames;
  identity: Identity;
}

export function clientConfig({ identity, iotHost, names, publicUrl }: ClientConfigProps): ClientConfig {
  const { userPoolId } = identity.userPool;
  return {
    version: deploymentVersion(),
    apiUrl: `${publicUrl}/api`,
    mqttUrl: mqttUrlOf(iotHost, names.liveAuthorizer),
    signIn: {
      issuer: `https://cognito-idp.${Aws.REGION}.amazonaws.com/${userPoolId}`,
      clientId: identity.consoleClient.userPoolClientId,
      cliClientId: identity.cliClient.userPoolClientId,
      scope: signInScope,
      redirectPath: CONSOLE_REDIRECT_PATH,
      cliRedirectUris: [...cliRedirectUris],
      isEmbedded: false,
      cognito: { userPoolId, region: Aws.REGION, host: identity.signInHost },
      problem: null,
    },
  };
}
