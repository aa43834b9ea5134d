/**
 * Several Taurus files become one as Taurus merges them: mappings merge key by key, lists are joined, anything else is replaced.
 * The first sign of a key changes that: `~key` replaces, `^key` removes, `$key` merges the items of two lists one by one.
 */
import { copyOf, describe, isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';

/** The files' contents, first to last, merged into a new mapping. `warn` is told where a value was replaced by one of another kind. */
export function mergeConfigs(
  sources: readonly TaurusMapping[],
  warn: (message: string) => void = () => {},
): TaurusMapping {
  const config: TaurusMapping = {};
  for (const source of sources) mergeInto(config, source, '', warn);
  return config;
}

function mergeInto(target: TaurusMapping, source: TaurusMapping, path: string, warn: (message: string) => void): void {
  for (const [writtenKey, value] of Object.entries(source)) {
    const sign = /^[~^$]/.exec(writtenKey)?.[0] ?? '';
    const key = writtenKey.slice(sign.length);
    const at = path === '' ? key : `${path}.${key}`;
    if (sign === '~' || sign === '^') delete target[key];
    if (sign === '^') continue;
    const present = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isMapping(value)) {
      if (present === undefined) target[key] = {};
      const merged = target[key];
      if (isMapping(merged)) mergeInto(merged, value, at, warn);
      else replace(target, key, value, at, warn);
    } else if (Array.isArray(value) && (present === undefined || Array.isArray(present))) {
      const joined = present ?? [];
      if (sign === '$') mergeItems(joined, value, at, warn);
      else for (const item of value) joined.push(copyOf(item));
      target[key] = joined;
    } else {
      replace(target, key, value, at, warn);
    }
  }
}

function mergeItems(target: TaurusValue[], source: TaurusValue[], path: string, warn: (message: string) => void): void {
  for (const [index, item] of source.entries()) {
    const present = target[index];
    if (isMapping(present) && isMapping(item)) {
      mergeInto(present, item, `${path}[${index}]`, warn);
    } else {
      if (index < target.length && kindOf(present) !== kindOf(item)) warn(replaced(`${path}[${index}]`, present, item));
      target[index] = copyOf(item);
    }
  }
}

function replace(
  target: TaurusMapping,
  key: string,
  value: TaurusValue,
  path: string,
  warn: (message: string) => void,
): void {
  const present = Object.hasOwn(target, key) ? target[key] : undefined;
  if (present !== undefined && present !== null && kindOf(present) !== kindOf(value))
    warn(replaced(path, present, value));
  target[key] = copyOf(value);
}

function kindOf(value: TaurusValue | undefined): string {
  return Array.isArray(value) ? 'list' : isMapping(value) ? 'mapping' : 'scalar';
}

function replaced(path: string, before: TaurusValue | undefined, after: TaurusValue): string {
  return `${path}: ${describe(before)} of an earlier file was replaced by ${describe(after)}`;
}
