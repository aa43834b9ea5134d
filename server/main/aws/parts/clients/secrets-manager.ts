import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region. */
export const secretsManagerClient = once(() => traced(new SecretsManagerClient({ region: mainRegion() })));
