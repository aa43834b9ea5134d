import { openUserPool, type UserPool } from '../../../adapters/aws/cognito/user-pool.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { cognitoClient } from './clients/cognito.ts';
import { once } from './once.ts';

export const userPool: () => UserPool = once(() =>
  openUserPool(cognitoClient(), readEnvironment(['userPoolId']).userPoolId),
);
