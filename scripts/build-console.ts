/** Builds the console when what is there was built from other sources: `npm start` does it, and `npm run console` by itself. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../server/adapters/local/file-errors.ts';

const root = join(import.meta.dirname, '..');
/** What the bundle is made of; `core` because the console reads windows and plans with the same code. */
const sources = [
  'console/src',
  'console/public',
  'console/index.html',
  'console/vite.config.ts',
  'console/documents',
  // It shows them.
  'docs',
  'README.md',
  // New scenarios may begin as one of them.
  'examples',
  'scripts/build-console.ts',
  'core',
  'package-lock.json',
];
const builtPath = join(root, 'console', 'dist');
const builtFromPath = join(builtPath, 'built-from.txt');
/** On the file system of the result, which is moved from there. */
const workPath = join(root, 'node_modules', '.cache', `loadstar-console-${process.pid}`);

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
  const [fresh, old] = [join(workPath, 'fresh'), join(workPath, 'old')];
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const options = ['--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir'];
  try {
    const { status, stderr, stdout } = spawnSync(process.execPath, [vite, 'build', 'console', ...options], {
      cwd: root,
      encoding: 'utf8',
      // Tests build it too, and under theirs React would be the slower one for development.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    if (status !== 0) {
      console.error(
        `The console could not be built; the API and the command line work without it.\n${stdout}${stderr}`,
      );
      return false;
    }
    writeFileSync(join(fresh, 'built-from.txt'), `${fingerprint}\n`);
    replace(fresh, old, fingerprint);
    return true;
  } finally {
    rmSync(workPath, { recursive: true, force: true });
  }
}

/** Puts what was built in place as a whole. Several may build at once: what the first one has put there, and somebody may be reading, stays. */
function replace(fresh: string, old: string, fingerprint: string): void {
  for (;;) {
    if (fingerprint === fingerprintOfBuild()) return;
    try {
      renameSync(builtPath, old);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    try {
      renameSync(fresh, builtPath);
      return;
    } catch (error) {
      if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
      rmSync(old, { recursive: true, force: true });
    }
  }
}

if (import.meta.main) process.exitCode = buildConsole() ? 0 : 1;
