import { describe, expect, it } from 'vitest';
import { cognitoSignInSettings } from '../../server/adapters/aws/cognito/sign-in-settings.ts';
import { clientConfig } from './client-config.ts';

describe('config.json of the console', () => {
  it('says of signing in what the API says of it', () => {
    const pool = {
      userPoolId: 'eu-west-1_Abc123',
      consoleClientId: 'console-client',
      cliClientId: 'cli-client',
      signInHost: 'loadstar-1.auth.eu-west-1.amazoncognito.com',
    };
    const config = clientConfig({
      ...pool,
      publicUrl: 'https://loadstar.example',
      region: 'eu-west-1',
      iotHost: 'abc-ats.iot.eu-west-1.amazonaws.com',
      iotAuthorizer: 'loadstar-live',
    });
    expect(config.signIn).toEqual({ ...cognitoSignInSettings(pool), isEmbedded: false, problem: null });
    expect(config.apiUrl).toBe('https://loadstar.example/api');
    expect(config.mqttUrl).toContain('wss://abc-ats.iot.eu-west-1.amazonaws.com/mqtt?');
  });
});
