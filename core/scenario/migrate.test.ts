import { describe, expect, it } from 'vitest';
import { Problems } from '../input/problems.ts';
import type { TaurusMapping, TaurusValue } from '../input/value.ts';
import { type Migrations, migrateConfig } from './migrate.ts';

const added = (key: string) => (config: TaurusMapping) => ({ ...config, [key]: true });
const table: Migrations = new Map([
  [1, added('one')],
  [2, added('two')],
  [4, added('four')],
]);

function migrate(version: TaurusValue, current: number) {
  const problems = new Problems();
  const config = migrateConfig({ loadstar: { version } }, problems, { current, table });
  let problem: string | null = null;
  try {
    problems.throwIfAny('scenario_invalid', 'x');
  } catch (error) {
    problem = (error as Error).message;
  }
  return { config, problem };
}

describe('migrateConfig', () => {
  it('takes a file through every version on the way', () => {
    expect(migrate(1n, 3)).toEqual({ config: { loadstar: { version: 1n }, one: true, two: true }, problem: null });
    expect(migrate(2n, 3).config).toEqual({ loadstar: { version: 2n }, two: true });
    expect(migrate(3n, 3).config).toEqual({ loadstar: { version: 3n } });
  });

  it('leaves files alone that name no version', () => {
    for (const config of [{}, { loadstar: {} }, { loadstar: { version: null } }, { loadstar: 5n }]) {
      expect(migrateConfig(config, new Problems(), { current: 3, table })).toBe(config);
    }
  });

  it('has nothing to do for the first format', () => {
    const config = { loadstar: { version: 1n } };
    const problems = new Problems();
    expect(migrateConfig(config, problems)).toBe(config);
    expect(problems.count).toBe(0);
  });

  it('refuses versions that it cannot read', () => {
    expect(migrate(4n, 3).problem).toContain(
      'loadstar.version: the file has format 4, this Loadstar reads up to 3: update Loadstar',
    );
    expect(migrate(10n ** 30n, 3).problem).toContain('update Loadstar');
    expect(migrate(3n, 5).problem).toContain('format 3 can no longer be read: there is no way from 3 to 4');
    expect(migrate(0n, 3).problem).toContain('0 is not a version: write 3');
    expect(migrate('new', 3).problem).toContain('"new" is not a version: write 3');
  });
});
