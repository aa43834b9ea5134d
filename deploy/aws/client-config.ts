/** `/config.json` of the console, as the API answers it too: what browsers need to know before anybody has signed in. */
import { type ClientConfig, CONSOLE_REDIRECT_PATH } from '../../core/api/identity.ts';
import { mqttUrlOf } from '../../server/adapters/aws/layout/live.ts';
import { cliRedirectUris, signInScope } from '../../server/adapters/aws/layout/sign-in.ts';
import { deploymentVersion } from './version.ts';

/** All may be tokens, which become texts when it is deployed. */
export interface ClientConfigProps {
  publicUrl: string;
  iotHost: string;
  iotAuthorizer: string;
  region: string;
  userPoolId: string;
  consoleClientId: string;
  cliClientId: string;
  signInHost: string;
}

export function clientConfig({
  iotAuthorizer,
  iotHost,
  publicUrl,
  region,
  userPoolId,
  ...props
}: ClientConfigProps): ClientConfig {
  return {
    version: deploymentVersion(),
    apiUrl: `${publicUrl}/api`,
    mqttUrl: mqttUrlOf(iotHost, iotAuthorizer),
    signIn: {
      issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
      clientId: props.consoleClientId,
      cliClientId: props.cliClientId,
      scope: signInScope,
      redirectPath: CONSOLE_REDIRECT_PATH,
      cliRedirectUris: [...cliRedirectUris],
      isEmbedded: false,
      cognito: { userPoolId, region, host: props.signInHost },
      problem: null,
    },
  };
}
