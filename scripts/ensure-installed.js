/** Installs what package-lock.json asks for and node_modules lacks. Plain JavaScript for Node 20: it runs before anything is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findNode, isUsableNode, NODE_MAJOR_MIN, pinnedNodePath } from '../cli/bin/pinned-node.js';

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
  } catch {
    return null;
  }
}

/**
 * Packages of package-lock.json that are not installed, or in another version: their paths. npm writes what it installed to
 * node_modules/.package-lock.json at the very end, so an installation that was interrupted counts as none.
 */
export function missingPackages(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  if (wanted === null) throw new Error(`${join(root, 'package-lock.json')} is missing or damaged.`);
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json')) ?? {};
  return Object.entries(wanted)
    .filter(([path, entry]) => {
      if (path === '' || entry.link) return false;
      const there = installed[path];
      // Optional ones are for other platforms, or could not be had.
      if (there === undefined || !existsSync(join(root, path))) return !entry.optional;
      return there.version !== entry.version || there.integrity !== entry.integrity;
    })
    .map(([path]) => path);
}

/** Runs the npm that started us, else the one of the PATH. True when it succeeded. */
function npm(root, args) {
  const started = process.env.npm_execpath;
  const [command, first] = started?.endsWith('.js') ? [process.execPath, [started]] : ['npm', []];
  const { status } = spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return status === 0;
}

/** Installs what is missing and returns the Node to run on. Throws an `Error` that says what to do when that cannot be had. */
export function ensureInstalled(root) {
  const missing = missingPackages(root);
  if (missing.length > 0) {
    console.error(
      `Installing ${missing.length} packages (once; Node ${NODE_MAJOR_MIN} among them). This takes a minute ...`,
    );
    // npm believes this file more than the folders beside it.
    rmSync(join(root, 'node_modules', '.package-lock.json'), { force: true });
    // Not `npm ci`, which refuses a lock file that lacks another platform's optional packages.
    if (!npm(root, ['install', '--no-save', '--loglevel=error', '--no-fund', '--no-audit', '--include=dev'])) {
      throw new Error(
        'The packages could not be installed: npm says why above. The first start needs a network connection to the npm registry; then try again.',
      );
    }
  }
  if (!isUsableNode(pinnedNodePath(root))) npm(root, ['rebuild', 'node', '--loglevel=error']);
  const node = findNode(root);
  if (node === null) {
    throw new Error(
      `Node ${NODE_MAJOR_MIN} is not there: the install script of the package "node", which fetches it, did not run or failed.\n` +
        `Allow it with "npm rebuild node --ignore-scripts=false", or use Node ${NODE_MAJOR_MIN} or newer; this is Node ${process.versions.node}.`,
    );
  }
  return node;
}
