/**
 * `npm run goldens:explore [-- --scenarios N] [--seed N]`: makes up scenarios and servers, runs each with real Taurus and JMeter and with our engine, and compares what both did.
 * What differs is made smaller for some minutes and printed: a new file for the corpus, once it is mended.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { LoadstarError } from '../core/errors.ts';
import { reduceText } from './explore/reduce.ts';
import { corpusText } from './explore/scenario-by-chance.ts';
import { differencesBetween, type Observed } from './observed.ts';
import { runEngine } from './run-engine.ts';
import { runTaurus, taurusTools } from './run-taurus.ts';

/** Some 3 s each. */
const AT_ONCE = 2;
const REDUCE_MS = 4 * 60_000;
/** Pages that embed each other call for more requests than ours sends for a page. */
const REQUESTS_MAX = 500;

/** Both count a failure, and ours keeps the code that came: on purpose. */
const onPurpose = /: codes is .*"30\d":.*, Taurus: .*"none":/;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { scenarios: { type: 'string', default: '20' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 0x7fffffff));
  const tools = taurusTools();
  const counts = { compared: 0, refused: 0, requests: 0, differing: 0 };

  /** Null: refused before the run, or too much. Throws when Taurus does not run it. */
  const compare = async (text: string): Promise<{ theirs: Observed; differences: string[] } | null> => {
    const source = { name: 'made-up', text };
    const ours = await runEngine(source).catch((error: unknown) => {
      if (error instanceof LoadstarError) return null;
      throw error;
    });
    if (ours === null) return null;
    const theirs = await runTaurus(source, tools).catch((error: unknown) => {
      // Taurus fails when there was no sample at all.
      if (ours.labels.length > 0) throw error;
      return { requests: [], labels: [] };
    });
    if (theirs.requests.length > REQUESTS_MAX) return null;
    const differences = differencesBetween(theirs, ours).filter((difference) => !onPurpose.test(difference));
    return { theirs, differences };
  };

  const show = async (text: string): Promise<void> => {
    const shows = async (smaller: string): Promise<boolean> => {
      // What cannot even be run shows nothing.
      const compared = await compare(smaller).catch(() => null);
      return (compared?.differences.length ?? 0) > 0;
    };
    const reduced = await reduceText(text, shows, REDUCE_MS);
    const differences = (await compare(reduced))?.differences ?? [];
    console.log(`${reduced}\n${differences.join('\n')}\n`);
  };

  const waiting = fc.sample(corpusText, { seed, numRuns: Number(values.scenarios) });
  const work = async (): Promise<void> => {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const compared = await compare(text).catch((error: unknown) => {
        console.error(`${text}\n${error instanceof Error ? error.message : error}\n`);
        return null;
      });
      if (compared === null) {
        counts.refused++;
        continue;
      }
      counts.compared++;
      counts.requests += compared.theirs.requests.length;
      if (compared.differences.length === 0) continue;
      counts.differing++;
      await show(text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const { compared, refused, requests, differing } = counts;
  console.log(`seed ${seed}: ${compared} compared with ${requests} requests, ${differing} differ, ${refused} not run`);
  return differing === 0 ? 0 : 1;
}

process.exitCode = await main();
