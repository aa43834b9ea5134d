/** Our engine gives the target the same requests as Taurus with JMeter does, and counts the same: the whole corpus against its goldens. */
import { describe, expect, it } from 'vitest';
import { corpusNames, readCorpusFile } from './corpus-file.ts';
import { goldenNames, readGolden } from './golden-file.ts';
import { differencesBetween } from './observed.ts';
import { runEngine } from './run-engine.ts';

describe('the corpus', () => {
  it('is recorded, all of it and nothing else', () => {
    expect(goldenNames()).toEqual(corpusNames());
  });

  it.concurrent.for(corpusNames())('%s', async (name, { expect }) => {
    const golden = readGolden(name);
    if (golden === null) throw new Error('was never recorded: npm run goldens');
    const onPurpose = readCorpusFile(name, { plain: 0, secure: 0 }).differences.map(({ difference }) => difference);
    expect(differencesBetween(golden, await runEngine(name))).toEqual(onPurpose);
  });
});
