/** What scripts read of a scenario's settings: JMeter by `__P`, others from their environment. */
import { isMapping, type TaurusValue } from '../input/value.ts';
import type { TaurusScenario } from './taurus-scenario.ts';

type Configured = Pick<TaurusScenario, 'config'>;

/** What JMeter's `__P` reads in an execution: properties of `modules.jmeter`; the scenario's own win, as in Taurus. */
export function jmxProperties({ config }: Configured, scenario: string): Record<string, string> {
  return {
    ...textsAt(config, ['modules', 'jmeter', 'properties']),
    ...textsAt(config, ['scenarios', scenario, 'properties']),
  };
}

/** `settings.env`. */
export function settingsEnv({ config }: Configured): Record<string, string> {
  return textsAt(config, ['settings', 'env']);
}

function textsAt(config: unknown, keys: readonly string[]): Record<string, string> {
  let value: unknown = config;
  for (const key of keys) value = isMapping(value) && Object.hasOwn(value, key) ? value[key] : null;
  const entries = isMapping(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([name, item]) => (isPlain(item) ? [[name, String(item)]] : [])));
}

function isPlain(value: TaurusValue): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
