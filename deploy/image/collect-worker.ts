/**
 * Copies what a task needs to run, and nothing else: `node deploy/image/collect-worker.ts FOLDER`. Into the folder, which must be new or empty, go
 * the worker's code without tests, the packages that it imports, and the pinned Node.
 */
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** Who may import whom keeps the worker within these. */
const codeFolders = ['core', 'worker', 'engines'];
const leftOut = ['fixtures', 'simulation', 'testing', '__pycache__'];

function collect(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const name of codeFolders) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !isForTests(relative(root, path)),
    });
  }
  for (const name of packagesOf(importedPackages(folder))) copyPackage(name, folder);
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(root, 'node_modules', 'node', 'bin', 'node'), join(folder, 'bin', 'node'));
}

function isForTests(path: string): boolean {
  return path.split(sep).some((part) => leftOut.includes(part)) || /\.(test|contract)\.ts$/.test(path);
}

/** What the code that was copied imports by name. */
function importedPackages(folder: string): Set<string> {
  const names = new Set<string>();
  for (const path of globSync(`{${codeFolders.join()}}/**/*.ts`, { cwd: folder })) {
    const code = readFileSync(join(folder, path), 'utf8');
    for (const [, name = ''] of code.matchAll(
      /(?:\bfrom|\bimport\(|\brequire\() ?'((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^':]*)?'/g,
    )) {
      names.add(name);
    }
  }
  return names;
}

/** They, and all that they depend on, as far as it lies beside them; what lies inside of one is copied with it. */
function packagesOf(names: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const dependOn = (name: string, from: string): void => {
    const inside = join(from, 'node_modules', name);
    if (existsSync(inside) && from !== root) {
      follow(inside);
      return;
    }
    if (found.has(name)) return;
    found.add(name);
    follow(join(root, 'node_modules', name));
  };
  const follow = (folder: string): void => {
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const name of Object.keys(dependencies)) dependOn(name, folder);
  };
  for (const name of names) dependOn(name, root);
  return found;
}

/** Without what is for people, for other compilers and for browsers. */
function copyPackage(name: string, folder: string): void {
  cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), {
    recursive: true,
    filter: (path) => !/\.(map|md|markdown|d\.[cm]?ts)$/.test(path) && basename(path) !== '.github',
  });
}

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error('Say which folder: collect-worker.ts FOLDER');
collect(target);
