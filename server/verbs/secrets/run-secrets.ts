/** The secrets of a run: found out when it starts, read when its tasks do. */
import { LoadstarError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import type { Run } from '../../../core/run/run.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SecretStore } from '../../ports/secrets.ts';

/** Throws `secret_missing` when not all that a plan's texts name are there, `option_invalid` when they are too much together. */
export async function checkSecrets(ports: Pick<Ports, 'secrets'>, plan: Pick<Plan, 'secrets'>): Promise<void> {
  await readRunSecrets(ports, plan);
}

/** Values by name. Throws `secret_missing` when one was deleted meanwhile. */
export async function readRunSecrets(
  ports: { secrets: Pick<SecretStore, 'read'> },
  { secrets: names }: Pick<Run, 'secrets'>,
): Promise<Record<string, string>> {
  return names.length === 0 ? {} : Object.fromEntries(await readAll(ports, names));
}

async function readAll(
  { secrets }: { secrets: Pick<SecretStore, 'read'> },
  names: readonly string[],
): Promise<Map<string, string>> {
  const values = await secrets.read(names);
  const missing = names.filter((name) => !values.has(name));
  if (missing.length > 0) {
    const fields = missing.map((name) => ({ path: `secrets.${name}`, message: 'is not stored' }));
    const what = missing.length === 1 ? 'a secret that is' : 'secrets that are';
    throw new LoadstarError('secret_missing', `The scenario names ${what} not stored: ${missing.join(', ')}.`, {
      fields,
    });
  }
  const bytes = [...values].reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > limits.runSecretsBytesMax) {
    const message = `The secrets of one run may have ${limits.runSecretsBytesMax} bytes together, not ${bytes}.`;
    throw new LoadstarError('option_invalid', message);
  }
  return values;
}
