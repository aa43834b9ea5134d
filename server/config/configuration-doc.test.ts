import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTemporaryFolder } from '../adapters/local/fixtures/temporary-folder.ts';
import { loadConfig } from './load-config.ts';
import { listSettings } from './settings.ts';
import { CONFIG_VARIABLE, HOME_DEFAULT, HOME_VARIABLE, variables } from './variables.ts';

const doc = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

/** The table's rows as the settings would write them. */
function expectedRows(): string[] {
  return listSettings().map(({ path, default: byDefault, description }) => {
    const variable = variables.find((each) => each.path.join('.') === path.join('.'));
    const cells = [
      `\`${path.join('.')}\``,
      variable === undefined ? '' : `\`${variable.name}\``,
      byDefault === null || isEmpty(byDefault) ? '' : `\`${plainText(byDefault)}\``,
      description,
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

describe('docs/configuration.md', () => {
  it('lists every setting as it is', () => {
    const [, table = ''] = doc.split('| setting | variable | default | meaning |\n|---|---|---|---|\n');
    const rows = (table.split('\n\n')[0] ?? '').split('\n').filter((row) => row !== '');
    expect(rows).toEqual(expectedRows());
  });

  it('names every variable', () => {
    for (const name of [HOME_VARIABLE, CONFIG_VARIABLE, ...variables.map((variable) => variable.name)]) {
      expect(doc).toContain(`\`${name}\``);
    }
    expect(doc).toContain(`\`${HOME_DEFAULT}\``);
  });

  it('has an example that is valid', async () => {
    const [, example = ''] = /```yaml\n([^`]*)```/.exec(doc) ?? [];
    const folder = await makeTemporaryFolder();
    await writeFile(join(folder.path, 'config.yaml'), example);
    const { config } = loadConfig({ environment: { LOADSTAR_HOME: folder.path }, workingFolder: folder.path });
    await folder.remove();
    expect(config.regions.lab).toEqual({ tasksMax: 4, command: ['ssh', 'lab.example'], runFolder: 'http' });
  });
});
