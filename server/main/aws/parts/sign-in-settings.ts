import { cognitoSignInSettings } from '../../../adapters/aws/cognito/sign-in-settings.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { once } from './once.ts';

/** How users sign in, for `/config.json`. */
export const signInSettings = once(() =>
  cognitoSignInSettings(readEnvironment(['userPoolId', 'consoleClientId', 'cliClientId', 'signInHost'])),
);
