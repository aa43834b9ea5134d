import { createCognitoUserStore } from '../../../adapters/aws/cognito/user-store.ts';
import type { UserStore } from '../../../ports/users.ts';
import { once } from './once.ts';
import { recordStores } from './record-stores.ts';
import { userPool } from './user-pool.ts';

/** Users whose passwords the user pool keeps. */
export const users: () => UserStore = once(() =>
  createCognitoUserStore({ pool: userPool(), rows: recordStores().users, nowMs: Date.now }),
);
