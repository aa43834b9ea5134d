import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region, where the user pool is. */
export const cognitoClient = once(() => traced(new CognitoIdentityProviderClient({ region: mainRegion() })));
