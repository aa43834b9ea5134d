/** Secrets that are set in the control plane's environment, `LOADSTAR_SECRET_<NAME>`: for pipelines, and for platforms that keep them elsewhere. */
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { secretNameSchema } from '../../core/secrets/secret-name-schema.ts';
import type { SecretStore } from '../ports/secrets.ts';

const PREFIX = 'LOADSTAR_SECRET_';

/** By name. Throws `config_invalid` for one that could not be stored either; never with its value. */
export function environmentSecrets(environment: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const secrets = new Map<string, string>();
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || value === undefined || value === '') continue;
    const name = variable.slice(PREFIX.length);
    const problem = problemOf(name, value);
    if (problem !== null) throw new LoadstarError('config_invalid', `${variable}: ${problem}`);
    secrets.set(name, value);
  }
  return secrets;
}

function problemOf(name: string, value: string): string | null {
  if (!secretNameSchema.safeParse(name).success) return `${JSON.stringify(name)} cannot be the name of a secret`;
  if (value.length < limits.secretLengthMin) return `a secret has at least ${limits.secretLengthMin} characters`;
  if (Buffer.byteLength(value) > limits.secretBytesMax) return `a secret has at most ${limits.secretBytesMax} bytes`;
  return null;
}

/** The store, over whose values those given here win. They are read, and neither listed nor kept. */
export function withSecrets(store: SecretStore, given: ReadonlyMap<string, string>): SecretStore {
  if (given.size === 0) return store;
  return {
    ...store,
    async read(names) {
      const values = await store.read(names.filter((name) => !given.has(name)));
      for (const name of names) {
        const value = given.get(name);
        if (value !== undefined) values.set(name, value);
      }
      return values;
    },
  };
}
