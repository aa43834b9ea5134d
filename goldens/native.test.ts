/** Our engine gives the target the same requests as Taurus with JMeter does, and counts the same: the whole corpus against its goldens. */
import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../core/errors.ts';
import { corpusNames, corpusSource, readCorpusFile } from './corpus-file.ts';
import { goldenNames, readGolden } from './golden-file.ts';
import { differencesBetween } from './observed.ts';
import { runEngine } from './run-engine.ts';

/** Everything that is said of why a scenario is not run. */
async function refusalOf(name: string): Promise<string> {
  try {
    await runEngine(corpusSource(name));
  } catch (error) {
    if (!(error instanceof LoadstarError)) throw error;
    const fields = error.fields ?? [];
    return [error.message, ...fields.map(({ path, message }) => `${path}: ${message}`)].join('\n');
  }
  throw new Error('was not refused');
}

describe('the corpus', () => {
  it('is recorded, all of it and nothing else', () => {
    expect(goldenNames()).toEqual(corpusNames());
  });

  it.concurrent.for(corpusNames())('%s', async (name, { expect }) => {
    const golden = readGolden(name);
    if (golden === null) throw new Error('was never recorded: npm run goldens');
    const { differences, refused } = readCorpusFile(corpusSource(name), null);
    if (refused.length === 0) {
      const onPurpose = differences.map(({ difference }) => difference);
      expect(differencesBetween(golden, await runEngine(corpusSource(name)))).toEqual(onPurpose);
    } else {
      const messages = await refusalOf(name);
      for (const { message } of refused) expect(messages).toContain(message);
    }
  });
});
