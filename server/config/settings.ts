/** The settings as a list: for docs and for "did you mean". */
import { z } from 'zod';
import { configSchema } from './schema.ts';

/** Stands for any name in the path of a setting: `regions.<name>.tasksMax`. */
export const ANY_NAME = '<name>';

export interface Setting {
  path: readonly string[];
  /** Null when there is none, or when it is made of other settings. */
  default: unknown;
  description: string;
}

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  default?: unknown;
  description?: string;
}

/** Every setting that may stand in the file; what only holds others is listed when it is described. */
export function listSettings(): Setting[] {
  return settingsOf(z.toJSONSchema(configSchema, { io: 'input' }) as Schema, []);
}

function settingsOf(schema: Schema, path: readonly string[]): Setting[] {
  const { default: byDefault = null, description } = schema;
  const own = description === undefined ? [] : [{ path, default: byDefault, description }];
  return [...own, ...inside(schema).flatMap(([key, inner]) => settingsOf(inner, [...path, key]))];
}

function inside({ properties, additionalProperties, anyOf = [] }: Schema): [string, Schema][] {
  const anyName =
    typeof additionalProperties === 'object' ? [[ANY_NAME, additionalProperties] as [string, Schema]] : [];
  return [...Object.entries(properties ?? {}), ...anyName, ...anyOf.flatMap(inside)];
}
