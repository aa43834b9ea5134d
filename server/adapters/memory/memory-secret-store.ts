/** Secrets for tests: in memory, which is nobody else's. */
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { compareKeys } from '../../ports/object-key.ts';
import type { SecretStore, SecretSummary } from '../../ports/secrets.ts';

export function createMemorySecretStore(): SecretStore {
  const secrets = new Map<string, SecretSummary & { value: string }>();
  return {
    async put(secret) {
      if (!secrets.has(secret.name) && secrets.size >= limits.secretsMax) {
        throw new LoadstarError('option_invalid', `There are ${limits.secretsMax} secrets already: delete some first.`);
      }
      secrets.set(secret.name, structuredClone(secret));
    },
    list: async () =>
      [...secrets.values()]
        .map(({ name, updatedAtMs, updatedBy }) => ({ name, updatedAtMs, updatedBy }))
        .sort((a, b) => compareKeys(a.name, b.name)),
    read: async (names) =>
      new Map(
        names.flatMap((name) => {
          const found = secrets.get(name);
          return found === undefined ? [] : [[name, found.value] as const];
        }),
      ),
    delete: async (name) => secrets.delete(name),
  };
}
