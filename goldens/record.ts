/**
 * `npm run goldens [-- NAME...] [--keep FOLDER]`: runs the corpus with real Taurus and JMeter and writes what they did to `recorded/`. One file takes 5
 * to 10 s; two run at a time.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { corpusNames, corpusSource } from './corpus-file.ts';
import { goldenNames, goldenPath, writeGolden } from './golden-file.ts';
import { runTaurus, taurusTools } from './run-taurus.ts';

const AT_ONCE = 2;

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { keep: { type: 'string' } } });
  const tools = taurusTools();
  const known = corpusNames();
  const names = positionals.length > 0 ? positionals : known;
  const waiting = [...names];
  const startedAt = performance.now();
  let failed = 0;

  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const began = performance.now();
      const keepIn = values.keep === undefined ? undefined : join(resolve(values.keep), name);
      if (keepIn !== undefined) mkdirSync(keepIn, { recursive: true });
      try {
        const observed = await runTaurus(corpusSource(name), tools, keepIn);
        writeGolden(name, observed);
        const samples = observed.labels.reduce((sum, label) => sum + label.samples, 0);
        const counts = `${observed.requests.length} requests, ${samples} samples`;
        console.log(`${name}: ${counts} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
      } catch (error) {
        failed++;
        console.error(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const name of goldenNames()) if (!known.includes(name)) rmSync(goldenPath(name));
  console.log(`${names.length - failed} recorded in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
