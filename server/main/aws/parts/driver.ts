import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { createStepFunctionsDriver } from '../../../adapters/aws/step-functions/driver.ts';
import type { Driver } from '../../../ports/driver.ts';
import { stepFunctionsClient } from './clients/step-functions.ts';
import { once } from './once.ts';

/** Who has runs ticked. */
export const driver: () => Driver = once(() => {
  const { stateMachineArn } = readEnvironment(['stateMachineArn']);
  return createStepFunctionsDriver({ client: stepFunctionsClient(), stateMachineArn });
});
