/**
 * Files of earlier formats become files of the present one: `loadstar.version` says which format a file has, and each migration takes it
 * one version further. A file without it has the present format.
 */
import type { Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, valueAt } from '../input/value.ts';
import { SCENARIO_FORMAT_VERSION } from './scenario.ts';

/** From a version to the function that returns the same config in the next one. It may change its argument. */
export type Migrations = ReadonlyMap<number, (config: TaurusMapping) => TaurusMapping>;

/** Version 1 is the first, so there is nothing to migrate from yet. */
const migrations: Migrations = new Map();

const AT = ['loadstar', 'version'];

/** The config in the present format. A version that cannot be read is added to `problems`, and the config returned as it is. */
export function migrateConfig(
  config: TaurusMapping,
  problems: Problems,
  { current = SCENARIO_FORMAT_VERSION, table = migrations }: { current?: number; table?: Migrations } = {},
): TaurusMapping {
  const loadstar = valueAt(config, 'loadstar');
  const written = isMapping(loadstar) ? (valueAt(loadstar, 'version') ?? null) : null;
  if (written === null) return config;
  if (typeof written !== 'bigint' || written < 1n) {
    problems.add(AT, `${describe(written)} is not a version: write ${current}`);
    return config;
  }
  if (written > BigInt(current)) {
    problems.add(AT, `the file has format ${written}, this Loadstar reads up to ${current}: update Loadstar`);
    return config;
  }
  let migrated = config;
  for (let version = Number(written); version < current; version++) {
    const migrate = table.get(version);
    if (migrate === undefined) {
      problems.add(AT, `format ${written} can no longer be read: there is no way from ${version} to ${version + 1}`);
      return config;
    }
    migrated = migrate(migrated);
  }
  return migrated;
}
