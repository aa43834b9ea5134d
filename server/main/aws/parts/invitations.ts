import { createCognitoInvitations } from '../../../adapters/aws/cognito/invitations.ts';
import type { Invitations } from '../../../ports/invitations.ts';
import { once } from './once.ts';
import { userPool } from './user-pool.ts';

export const invitations: () => Invitations = once(() => createCognitoInvitations(userPool()));
