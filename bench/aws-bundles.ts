/**
 * How long Node takes to load each Lambda's bundle, in a process of its own, without what Lambda itself does before and after: `node bench/aws-bundles.ts`
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildLambdas } from '../scripts/build-lambdas.ts';
import { spreadOf } from './rounds.ts';

const ROUNDS = 7;

/** In the process that was just started: from before the import until the handler is there. */
const importing = `
const began = performance.now();
const { handler } = await import(process.argv[1]);
if (typeof handler !== 'function') throw new Error('no handler');
console.log(performance.now() - began);
`;

function importMs(folder: string): number {
  const args = ['--input-type=module', '--eval', importing, join(folder, 'index.mjs')];
  const env = { ...process.env, AWS_REGION: 'eu-west-1' };
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8', env }));
}

/** Bytes on disk: what Lambda unpacks. */
function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

const bundles = await buildLambdas();
const times = new Map<string, number[]>(bundles.map(({ entry }) => [entry, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const { entry, folder } of bundles) times.get(entry)?.push(importMs(folder));
}
const measured = bundles.map(({ entry, folder, gzippedBytes }) => ({
  entry,
  gzippedBytes,
  bytes: bytesIn(folder),
  importMs: spreadOf(times.get(entry) ?? [], 0),
}));
console.log(JSON.stringify({ rounds: ROUNDS, measured }));
