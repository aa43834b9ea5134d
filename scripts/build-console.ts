/** Builds the console when what is there was built from other sources: `npm start` does it, and `npm run console` by itself. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** What the bundle is made of; `core` because the console reads windows and plans with the same code. */
const sources = [
  'console/src',
  'console/public',
  'console/index.html',
  'console/vite.config.ts',
  // New scenarios may begin as one of them.
  'examples',
  'scripts/build-console.ts',
  'core',
  'package-lock.json',
];
const builtFromPath = join(root, 'console', 'dist', 'built-from.txt');

function filesIn(path: string): string[] {
  try {
    const entries = readdirSync(join(root, path), { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
  } catch {
    return [join(root, path)];
  }
}

function fingerprintOfSources(): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesIn).toSorted()) {
    if (/\.test\.tsx?$/.test(file)) continue;
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function fingerprintOfBuild(): string | null {
  try {
    return readFileSync(builtFromPath, 'utf8').trim();
  } catch {
    return null;
  }
}

/** Returns false, after saying so, when it could not be built: the control plane works without it. */
export function buildConsole(): boolean {
  const fingerprint = fingerprintOfSources();
  if (fingerprint === fingerprintOfBuild()) return true;
  console.error('Building the console (once for each version) ...');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const { status, stderr, stdout } = spawnSync(process.execPath, [vite, 'build', 'console', '--logLevel', 'warn'], {
    cwd: root,
    encoding: 'utf8',
    // Tests build it too, and under theirs React would be the slower one for development.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) {
    console.error(`The console could not be built; the API and the command line work without it.\n${stdout}${stderr}`);
    return false;
  }
  writeFileSync(builtFromPath, `${fingerprint}\n`);
  return true;
}

if (import.meta.main) process.exitCode = buildConsole() ? 0 : 1;
