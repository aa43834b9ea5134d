/** What is made up can be run, and what it shows is made small. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import { readCorpusFile } from '../corpus-file.ts';
import { corpusTextOf, reduceText } from './reduce.ts';
import { corpusText } from './scenario-by-chance.ts';

const text = corpusTextOf([
  { shows: 'x', answers: { '/a': 'a', '/b': 'b' } },
  {
    execution: [{ iterations: 3, scenario: 's' }],
    scenarios: {
      s: {
        headers: { A: '1' },
        'concurrent-pool-size': 1,
        requests: ['/a', { loop: 2, do: [{ url: '/b', label: 'yes' }, '/c'] }, { url: '/d' }],
      },
    },
  },
]);

describe('a text', () => {
  it('is made as small as what it shows allows', async () => {
    const tried: string[] = [];
    const reduced = await reduceText(
      text,
      async (smaller) => {
        tried.push(smaller);
        return /"yes"/.test(smaller) && /iterations/.test(smaller);
      },
      60_000,
    );
    expect(reduced).toBe(
      '{}\n---\nexecution:\n  - iterations: 1\nscenarios:\n  s:\n    concurrent-pool-size: 1\n    requests:\n      - label: "yes"\n',
    );
    expect(tried.length).toBeLessThan(60);
  });

  it('stays as it is where nothing smaller shows it, or time is over', async () => {
    expect(await reduceText(text, async () => false, 60_000)).toBe(text);
    expect(await reduceText(text, async () => true, 0)).toBe(text);
  });
});

describe('scenarios by chance', () => {
  it('are scenarios, but for some that are refused', () => {
    const texts = fc.sample(corpusText, { seed: 1, numRuns: 40 });
    const accepted = texts.filter((made) => {
      const { name, scenario } = readCorpusFile({ name: 'made-up', text: made }, { plain: 10_001, secure: 10_002 });
      try {
        readScenario({ sources: [{ name: `${name}.yml`, text: scenario }] });
        return true;
      } catch {
        return false;
      }
    });
    expect(accepted.length).toBeGreaterThan(30);
  });
});
