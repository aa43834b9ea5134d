import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';

/** Where the stores are: not where a Lambda of another region runs. */
export function mainRegion(): string {
  return readEnvironment(['mainRegion']).mainRegion;
}
