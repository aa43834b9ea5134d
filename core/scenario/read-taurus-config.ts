/** The parts of a Taurus file that are handed to Taurus as they were written, as JSON. */
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { taurusModuleKeywords } from './taurus-schema.ts';

/** What JSON cannot say is in `problems`. */
export function jsonOf(value: TaurusValue, path: Path, problems: Problems): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    problems.add(path, `${value} is too large a number to be handed on with all its digits: put it in quotes`);
    return null;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    problems.add(path, `${describe(value)} cannot be handed on to Taurus: put it in quotes`);
    return null;
  }
  if (Array.isArray(value)) return value.map((item, index) => jsonOf(item, [...path, index], problems));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item, [...path, key], problems)]));
}

/** `modules` without what Loadstar decides itself. */
export function readTaurusModules(modules: TaurusMapping, problems: Problems): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(modules)) {
    const at = ['modules', name];
    const known = Object.hasOwn(taurusModuleKeywords, name) ? taurusModuleKeywords[name] : undefined;
    if (known === undefined || value === null) {
      if (known === undefined) problems.warn(`modules.${name} makes no difference here`);
      continue;
    }
    if (!isMapping(value)) {
      problems.add(at, `${describe(value)} is not a mapping`);
      continue;
    }
    const entries = Object.entries(value).filter(([keyword]) => {
      if (!known.includes(keyword))
        problems.warn(`modules.${name}.${keyword}: Loadstar decides it, or does without it`);
      return known.includes(keyword);
    });
    kept[name] = jsonOf(Object.fromEntries(entries), at, problems);
  }
  const local = valueAt(modules, 'local');
  if (isMapping(local) && local.sequential === true) {
    problems.add(['modules', 'local', 'sequential'], 'is not supported: write the delay of each execution');
  }
  return kept;
}
