/**
 * Bundles the Lambdas: `node scripts/build-lambdas.ts [ENTRY...]`. Of each row of `server/adapters/aws/layout/functions.ts` comes a folder
 * `deploy/aws/dist/<entry>/` with `index.mjs` and what it loads when it is first needed, the AWS SDK included. Deployment and tests use these same files.
 * Beside it lies `<entry>.meta.json`, esbuild's account of what is in there.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildResult, build } from 'esbuild';
import { lambdaFunctions } from '../server/adapters/aws/layout/functions.ts';

const root = join(import.meta.dirname, '..');
const distFolder = join(root, 'deploy', 'aws', 'dist');

export interface LambdaBundle {
  entry: string;
  /** What is deployed, all of it. */
  folder: string;
  metafilePath: string;
  gzippedBytes: number;
}

/** Names of the handlers' files, each once, in the order of the table. */
export function lambdaEntries(): string[] {
  return [...new Set(Object.values(lambdaFunctions).map(({ entry }) => entry))];
}

function sourceOf(entry: string): string {
  return join(root, 'server', 'main', 'aws', `${entry}.ts`);
}

export function lambdaFolder(entry: string): string {
  return join(distFolder, entry);
}

/** Bundles one Lambda. What has not changed is not written again, and a reader never sees half a file. Throws what esbuild throws. */
export async function buildLambda(entry: string): Promise<LambdaBundle> {
  const folder = lambdaFolder(entry);
  const built = await build({
    absWorkingDir: root,
    entryPoints: { index: sourceOf(entry) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    conditions: ['node', 'import'],
    minify: true,
    // Names of errors and classes are read by people, in logs.
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
    // Some packages are CommonJS and ask for Node's own modules by require().
    banner: {
      js: "import{createRequire as requireMaker}from'node:module';const require=requireMaker(import.meta.url);",
    },
  });
  writeFiles(folder, built.outputFiles);
  const metafilePath = `${folder}.meta.json`;
  writeIfChanged(metafilePath, Buffer.from(JSON.stringify(built.metafile)));
  const gzippedBytes = built.outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
  return { entry, folder, metafilePath, gzippedBytes };
}

function writeFiles(folder: string, files: BuildResult<{ write: false }>['outputFiles']): void {
  for (const { contents, path } of files) writeIfChanged(path, contents);
  const wanted = new Set(files.map(({ path }) => relative(folder, path)));
  for (const name of readdirSync(folder)) if (!wanted.has(name) && !name.endsWith('.draft')) rmSync(join(folder, name));
}

function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** Bundles all Lambdas, or those named. Throws an error that names the rows of the table that have no handler. */
export async function buildLambdas(entries: readonly string[] = lambdaEntries()): Promise<LambdaBundle[]> {
  const missing = entries.filter((entry) => !existsSync(sourceOf(entry)));
  if (missing.length > 0) {
    throw new Error(`server/main/aws/ has no handler of ${missing.join(', ')}, which functions.ts names.`);
  }
  return Promise.all(entries.map(buildLambda));
}

if (import.meta.main) {
  const named = process.argv.slice(2);
  const bundles = await buildLambdas(named.length > 0 ? named : undefined);
  for (const { entry, gzippedBytes } of bundles) console.log(`${entry}: ${Math.ceil(gzippedBytes / 1024)} KiB gzipped`);
}
