/** `${__P(name,default)}` where an execution expects a number or a time: known when the file is read. */
import { isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';

const KEYWORDS = ['concurrency', 'throughput', 'arrival-rate', 'ramp-up', 'hold-for', 'iterations', 'steps', 'delay'];
const CALL = /^\s*\$\{__(P|property)\(([^(){}]*)\)\}\s*$/;

/** A copy of the execution with the values of properties in their place. */
export function withPropertyValues(execution: TaurusValue, properties: Readonly<Record<string, string>>): TaurusValue {
  if (!isMapping(execution)) return execution;
  const changed: TaurusMapping = { ...execution };
  for (const keyword of KEYWORDS) {
    const value = Object.hasOwn(execution, keyword) ? execution[keyword] : undefined;
    if (typeof value === 'string') changed[keyword] = valueOfCall(value, properties);
    else if (isMapping(value) && typeof value.local === 'string') {
      changed[keyword] = { ...value, local: valueOfCall(value.local, properties) };
    }
  }
  return changed;
}

function valueOfCall(text: string, properties: Readonly<Record<string, string>>): string {
  return propertyCallValue(text, properties) ?? text;
}

/**
 * What a text that is one call of `__P` or `__property` gives; null when it is none, or nobody knows. `__P` without a default is 1 when there
 * is no such property, as in JMeter.
 */
export function propertyCallValue(text: string, properties: Readonly<Record<string, string>>): string | null {
  const [, kind, written] = CALL.exec(text) ?? [];
  if (written === undefined) return null;
  const [name = '', second, third] = written.split(',').map((part) => part.trim());
  if (Object.hasOwn(properties, name)) return properties[name] ?? null;
  return (kind === 'P' ? (second ?? '1') : third) ?? null;
}
