import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeywordTable } from '../input/keywords.ts';
import * as schema from './taurus-schema.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/scenarios.md'), 'utf8');

/** The page's text below a heading, up to the next one. */
function section(heading: string): string {
  const [, rest = ''] = page.split(`\n${heading}\n`);
  return rest.split(/\n#+ /)[0] ?? '';
}

const sections: [string, KeywordTable][] = [
  ['## execution', schema.executionKeywords],
  ['## scenarios', schema.flowKeywords],
  ['### Requests', schema.requestKeywords],
  ['### Assertions', schema.assertionKeywords],
  ['## loadstar', schema.loadstarKeywords],
  ['## The other keys', schema.settingsKeywords],
  ['## The other keys', schema.passfailKeywords],
];

describe('docs/scenarios.md', () => {
  it.each(sections)('lists below %s every keyword of its table', (heading, table) => {
    const text = section(heading);
    for (const keyword of [...Object.keys(table.fields), ...Object.keys(table.refused), ...table.ignored]) {
      if (keyword === 'module' || keyword === 'criteria') continue;
      expect(text, keyword).toContain(`\`${keyword}\``);
    }
  });

  it('lists every key of the file', () => {
    for (const key of [
      ...Object.keys(schema.fileKeywords.fields),
      ...Object.keys(schema.fileKeywords.refused),
      ...schema.fileKeywords.ignored,
    ]) {
      expect(page.includes(`## ${key}\n`) || section('## The other keys').includes(`\`${key}\``), key).toBe(true);
    }
  });

  it('lists every block, and what a region has', () => {
    for (const block of schema.logicBlocks) expect(section('### Requests')).toContain(`\`${block}\``);
    for (const keyword of Object.keys(schema.regionKeywords.fields))
      expect(section('## loadstar')).toContain(`\`${keyword}\``);
  });

  it('names no keyword twice in a table', () => {
    for (const [, { fields, refused, ignored }] of sections) {
      const keywords = [...Object.keys(fields), ...Object.keys(refused), ...ignored];
      expect(new Set(keywords).size).toBe(keywords.length);
    }
  });
});
