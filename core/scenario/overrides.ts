/** `--set key=value`: single values of the merged files replaced, removed (`^`) or appended (index -1), addressed as Taurus' `-o` does. */
import { LoadstarError } from '../errors.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { parseValue } from './parse-text.ts';

export interface Override {
  /** Keys and list indexes with dots between: `execution.0.concurrency`. A key that has a dot in it cannot be addressed. */
  key: string;
  /** Read as YAML. */
  value: string;
}

type Container = TaurusMapping | TaurusValue[];
type Refuse = (message: string) => never;

/**
 * Changes `config` in place. What is missing on the way is created. `execution` may be addressed with or without an index while it
 * holds one execution. Throws `option_invalid`.
 */
export function applyOverride(config: TaurusMapping, override: Override): void {
  const refuse: Refuse = (message) => {
    throw new LoadstarError('option_invalid', `${override.key}=${override.value} cannot be set: ${message}`, {
      fields: [{ path: override.key, message }],
    });
  };
  const removes = /(?:^|\.)\^[^.]*$/.test(override.key);
  const parts = partsOf(removes ? override.key.replace(/\^([^.]*)$/, '$1') : override.key, refuse);
  const way = alignExecution(config, parts, refuse);
  const last = way.pop() ?? '';
  let container: Container = config;
  for (const [index, part] of way.entries()) container = enter(container, part, way[index + 1] ?? last, refuse);
  if (removes) remove(container, last, refuse);
  else set(container, last, parseValue(override.value), refuse);
}

function partsOf(key: string, refuse: Refuse): string[] {
  const parts = key.split('.');
  for (const part of parts) {
    if (part === '') refuse('its key is empty, or has an empty part between two dots');
    if (part === '__proto__') refuse('the key __proto__ is not allowed');
    if (part.startsWith('*') || part.startsWith('^'))
      refuse(`${part} is not supported here; name each value by its whole key`);
  }
  return parts;
}

/** One execution may be written as a mapping or as a list of one; either way of addressing it is understood. */
function alignExecution(config: TaurusMapping, parts: readonly string[], refuse: Refuse): string[] {
  const [first, second, ...rest] = parts;
  const execution = valueAt(config, 'execution');
  if (first !== 'execution' || second === undefined) return [...parts];
  if (isMapping(execution) && isIndex(second)) {
    if (second !== '0') refuse('execution is a mapping, and so one execution: its index is 0');
    return ['execution', ...rest];
  }
  if (Array.isArray(execution) && execution.length === 1 && !isIndex(second))
    return ['execution', '0', second, ...rest];
  return [...parts];
}

/** The container at `part`, created when there is none: a list when `next` is an index. */
function enter(container: Container, part: string, next: string, refuse: Refuse): Container {
  const index = Array.isArray(container) ? indexIn(container, part, refuse) : 0;
  const child = Array.isArray(container) ? container[index] : valueAt(container, part);
  if (isMapping(child) || Array.isArray(child)) return child;
  if (child !== undefined && child !== null) refuse(`${part} is ${describe(child)}, which has no parts`);
  const created: Container = isIndex(next) ? [] : {};
  if (Array.isArray(container)) container[index] = created;
  else container[part] = created;
  return created;
}

function set(container: Container, part: string, value: TaurusValue, refuse: Refuse): void {
  if (Array.isArray(container)) container[indexIn(container, part, refuse)] = value;
  else container[part] = value;
}

/** Removing what is not there is no error. */
function remove(container: Container, part: string, refuse: Refuse): void {
  if (!Array.isArray(container)) {
    delete container[part];
  } else {
    if (!isIndex(part)) refuse(`${part} is not an index of a list`);
    const index = Number(part) < 0 ? container.length + Number(part) : Number(part);
    if (index >= 0 && index < container.length) container.splice(index, 1);
  }
}

/** The index to read or write; -1 and the list's length append. */
function indexIn(list: TaurusValue[], part: string, refuse: Refuse): number {
  if (!isIndex(part)) refuse(`${part} is looked for in a list of ${list.length}: write its index there, from 0`);
  const index = Number(part);
  if (index > list.length) refuse(`index ${part} is beyond the end of a list of ${list.length}`);
  return index < 0 ? list.length : index;
}

function isIndex(part: string): boolean {
  return /^-?\d{1,9}$/.test(part);
}
