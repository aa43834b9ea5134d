/** Where users and tasks reach the API. It is known after the API only, so that it cannot stand in the environment. */
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { LoadstarError } from '../../../../core/errors.ts';
import { readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { ssmClient } from './clients/ssm.ts';
import { once } from './once.ts';

/** `https://loadstar.example`, without a slash at its end. Throws `config_invalid` when the parameter holds no URL. */
export const publicUrl: () => Promise<string> = once(async () => {
  const { publicUrlParameter } = readEnvironment(['publicUrlParameter']);
  const { Parameter } = await ssmClient().send(new GetParameterCommand({ Name: publicUrlParameter }));
  const value = (Parameter?.Value ?? '').replace(/\/+$/, '');
  if (URL.canParse(value)) return value;
  throw new LoadstarError('config_invalid', `The parameter ${publicUrlParameter} holds no URL.`);
});
