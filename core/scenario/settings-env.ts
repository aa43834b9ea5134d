/** `settings.env`: Taurus puts these values wherever the file has `${name}`. */
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { readProperties } from './read-flow.ts';

/** Values may hold other names, so deep. */
const TURNS = 5;
const TEXT_LENGTH_MAX = 1_000_000;

/** What is below `settings.env`; what is wrong is in `problems`. */
export function readSettingsEnv(config: TaurusMapping, problems: Problems): Record<string, string> {
  const settings = valueAt(config, 'settings');
  const env = isMapping(settings) ? valueAt(settings, 'env') : undefined;
  if (!isMapping(env)) return {};
  const empty = Object.entries(env).flatMap(([name, value]) => (value === null ? [[name, '']] : []));
  return { ...Object.fromEntries(empty), ...readProperties(env, ['settings', 'env'], problems) };
}

/** A copy of the config with the values in their places. */
export function withEnv(
  config: TaurusMapping,
  env: Readonly<Record<string, string>>,
  problems: Problems,
): TaurusMapping {
  if (Object.keys(env).length === 0) return config;
  const expand = (value: TaurusValue, path: Path): TaurusValue => {
    if (typeof value === 'string') return expanded(value, env, path, problems);
    if (Array.isArray(value)) return value.map((item, index) => expand(item, [...path, index]));
    if (!isMapping(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, [...path, key])]));
  };
  return expand(config, []) as TaurusMapping;
}

function expanded(text: string, env: Readonly<Record<string, string>>, path: Path, problems: Problems): string {
  let result = text;
  for (let turn = 0; turn < TURNS && result.includes('${'); turn++) {
    const before = result;
    result = before.replace(/\$\{(.*?)\}/g, (written, name: string) =>
      Object.hasOwn(env, name) ? (env[name] ?? written) : written,
    );
    if (result === before) break;
    if (result.length > TEXT_LENGTH_MAX) {
      problems.add(path, `${pathText(['settings', 'env'])} makes it longer than ${TEXT_LENGTH_MAX} characters`);
      return text;
    }
  }
  return result;
}
