/** What Cognito refuses, in our words. */
import {
  AliasExistsException,
  LimitExceededException,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { LoadstarError } from '../../../../core/errors.ts';

/** The same calls, which throw `LoadstarError`s. */
export function asking<Calls extends object>(calls: Calls): Calls {
  const asked = Object.entries(calls).map(([name, call]) => [name, withErrors(name, call)]);
  return Object.fromEntries(asked) as Calls;
}

type Call = (...input: unknown[]) => Promise<unknown> | AsyncGenerator<unknown>;

function withErrors(name: string, call: Call): Call {
  return (...input) => {
    const answer = call(...input);
    return answer instanceof Promise ? answer.catch((error) => refuse(name, error)) : each(name, answer);
  };
}

async function* each(name: string, items: AsyncGenerator<unknown>): AsyncGenerator<unknown> {
  try {
    yield* items;
  } catch (error) {
    refuse(name, error);
  }
}

/** `conflict` for an address that somebody has, `rate_limited`, else `store_failed`. */
function refuse(name: string, error: unknown): never {
  if (error instanceof LoadstarError) throw error;
  const cause = error as Error;
  if (error instanceof AliasExistsException) {
    throw new LoadstarError('conflict', 'Somebody else has this email address.', { cause });
  }
  if (error instanceof LimitExceededException || error instanceof TooManyRequestsException) {
    throw new LoadstarError('rate_limited', `Cognito was asked too often: ${cause.message}`, { cause });
  }
  throw new LoadstarError('store_failed', `The user pool failed at ${name}: ${cause.name}: ${cause.message}`, {
    cause,
  });
}
