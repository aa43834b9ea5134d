import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeywordTable } from '../input/keywords.ts';
import { MINIMAL, problemsOf } from './fixtures/texts.ts';
import * as steps from './step-keywords.ts';
import * as schema from './taurus-schema.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/scenarios.md'), 'utf8');

/** The page's text below a heading, up to the next one. */
function section(heading: string): string {
  const [, rest = ''] = page.split(`\n${heading}\n`);
  return rest.split(/\n#+ /)[0] ?? '';
}

const sections: [string, KeywordTable][] = [
  ['## execution', schema.executionKeywords],
  ['## execution', schema.stageKeywords],
  ['## scenarios', schema.flowKeywords],
  ['## scenarios', schema.cookieKeywords],
  ['## scenarios', schema.authorizationKeywords],
  ['## scenarios', schema.keystoreKeywords],
  ['### Data sources', schema.dataSourceKeywords],
  ['### Requests', steps.requestKeywords],
  ['### Requests', steps.uploadKeywords],
  ...Object.values(steps.blockKeywords).map((table): [string, KeywordTable] => ['### Blocks', table]),
  ...Object.values(steps.extractorKeywords).map((table): [string, KeywordTable] => ['### Extractors', table]),
  ['### Assertions', steps.assertionKeywords],
  ['### Assertions', steps.jsonpathAssertionKeywords],
  ['### Assertions', steps.xpathAssertionKeywords],
  ['## Scripts', schema.taurusExecutionKeywords],
  ['## Scripts', schema.taurusFileKeywords],
  ['## loadstar', schema.loadstarKeywords],
  ['## loadstar', schema.taskSizeKeywords],
  ['## loadstar', schema.tlsKeywords],
  ['## loadstar', schema.clientCertificateKeywords],
  ['## loadstar', schema.regionKeywords],
  ['## The other keys', schema.settingsKeywords],
  ['## The other keys', schema.passfailKeywords],
];

/** In a table, or as an example: `{pkcs12: file}`. */
const names = (text: string, keyword: string) =>
  text.includes(`\`${keyword}\``) || new RegExp(`\`[^\`]*\\b${keyword}:[^\`]*\``).test(text);

const keywordsOf = ({ fields, refused, ignored }: KeywordTable) => [
  ...Object.keys(fields),
  ...Object.keys(refused),
  ...ignored,
];

describe('docs/scenarios.md', () => {
  it.each(sections)('lists below %s every keyword of its table', (heading, table) => {
    const text = section(heading);
    for (const keyword of keywordsOf(table)) {
      // jsr223 of an action goes without saying.
      if (keyword === 'module' || (keyword === 'criteria' && heading === '## The other keys')) continue;
      if (keyword === 'jsr223' && heading === '### Blocks') continue;
      expect(names(text, keyword), `${keyword} below ${heading}`).toBe(true);
    }
  });

  it('lists every key of the file', () => {
    for (const key of keywordsOf(schema.fileKeywords)) {
      expect(page.includes(`## ${key}\n`) || section('## The other keys').includes(`\`${key}\``), key).toBe(true);
    }
    for (const key of schema.jmeterModuleKeywords) expect(section('## The other keys')).toContain(`\`${key}\``);
  });

  it('lists every block, also those that are refused', () => {
    for (const block of [...Object.keys(steps.blockKeywords), ...Object.keys(steps.refusedBlocks)]) {
      expect(section('### Blocks')).toContain(`\`${block}\``);
    }
  });

  it('says what is refused where it is refused', () => {
    for (const [heading, { refused }] of sections) {
      for (const keyword of Object.keys(refused)) {
        if (heading === '### Blocks') continue;
        const sentence = new RegExp(`[Rr]efused: [^.]*\`${keyword}\``);
        expect(section(heading), keyword).toMatch(sentence);
      }
    }
  });

  it('names no keyword twice in a table', () => {
    for (const [, table] of sections) {
      const keywords = keywordsOf(table);
      expect(new Set(keywords).size).toBe(keywords.length);
    }
  });
});

describe('what is refused', () => {
  const REQUEST = '{url: "http://h/"';
  const NATIVE = 'loadstar: {engine: native}\n';
  const flow = (more: string) => `${NATIVE}execution: {scenario: s}\nscenarios: {s: {requests: [${REQUEST}}]${more}}}`;
  const request = (more: string) => `execution: {scenario: s}\nscenarios: {s: {requests: [${REQUEST}${more}}]}}`;
  const places: [string, KeywordTable, (keyword: string) => string, string][] = [
    ['a file', schema.fileKeywords, (keyword) => `${MINIMAL}${keyword}: x`, ''],
    ['settings', schema.settingsKeywords, (keyword) => `${MINIMAL}settings: {${keyword}: x}`, 'settings.'],
    [
      'an execution',
      schema.executionKeywords,
      (keyword) => `${NATIVE}execution: {scenario: {requests: [${REQUEST}}]}, ${keyword}: x}`,
      'execution.',
    ],
    ['a scenario', schema.flowKeywords, (keyword) => flow(`, ${keyword}: x`), 'scenarios.s.'],
    ['a request', steps.requestKeywords, (keyword) => request(`, ${keyword}: x`), 'scenarios.s.requests[0].'],
  ];

  it.each(places)('of %s is refused with its path', (_, { refused }, textWith, path) => {
    for (const keyword of Object.keys(refused)) {
      expect(problemsOf(textWith(keyword)), keyword).toEqual([
        expect.stringContaining(`${path}${keyword}: not supported by the native engine yet`),
      ]);
    }
  });

  it('of blocks is refused with its path', () => {
    for (const block of Object.keys(steps.refusedBlocks)) {
      const text = `execution: {scenario: s}\nscenarios: {s: {requests: [{${block}: [http://h/]}]}}`;
      expect(problemsOf(text)).toEqual([
        expect.stringContaining(`scenarios.s.requests[0].${block}: not supported by the native engine yet; it needs`),
      ]);
    }
  });
});
