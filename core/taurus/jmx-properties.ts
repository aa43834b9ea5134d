/** What JMeter's `__P` reads in an execution. */
import { isMapping, type TaurusValue } from '../input/value.ts';
import type { TaurusScenario } from './taurus-scenario.ts';

/** Of `modules.jmeter`; a scenario's own win, as in Taurus. */
export function jmxProperties({ config }: Pick<TaurusScenario, 'config'>, scenario: string): Record<string, string> {
  const at = (...keys: string[]) => {
    let value: unknown = config;
    for (const key of keys) value = isMapping(value) && Object.hasOwn(value, key) ? value[key] : null;
    return isMapping(value) ? Object.entries(value) : [];
  };
  const all = [...at('modules', 'jmeter', 'properties'), ...at('scenarios', scenario, 'properties')];
  return Object.fromEntries(all.flatMap(([name, value]) => (isPlain(value) ? [[name, String(value)]] : [])));
}

function isPlain(value: TaurusValue): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
