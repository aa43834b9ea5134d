/**
 * Finds the Node that this project is pinned to and runs a program on it. Plain JavaScript for Node 20, since it runs on whatever Node the
 * machine has.
 */
import { spawn, spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The first major version that runs the project's TypeScript. */
export const NODE_MAJOR_MIN = 24;

/** Where Node keeps the project's code as it compiled it: a command starts in half the time. Not written where it cannot be. */
const compileCache = join(fileURLToPath(new URL('../../', import.meta.url)), 'node_modules', '.cache', 'loadstar');

/** Where the npm package `node` puts its binary. */
export function pinnedNodePath(root) {
  return join(root, 'node_modules', 'node', 'bin', 'node');
}

function majorOf(version) {
  return Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0);
}

function isThisProcess(path) {
  try {
    return realpathSync(path) === realpathSync(process.execPath);
  } catch {
    return false;
  }
}

/** True when the binary runs on this machine and is new enough. */
export function isUsableNode(path) {
  if (isThisProcess(path)) return majorOf(process.versions.node) >= NODE_MAJOR_MIN;
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 && majorOf(stdout) >= NODE_MAJOR_MIN;
}

/** The pinned Node, else this process's when it is new enough, else null. */
export function findNode(root) {
  const pinned = pinnedNodePath(root);
  if (isUsableNode(pinned)) return pinned;
  return majorOf(process.versions.node) >= NODE_MAJOR_MIN ? process.execPath : null;
}

/**
 * Runs a program on `node` as if it had been started itself: in this process when it is that Node already, else as a child with the same
 * terminal, signals and exit code.
 */
export async function runOn(node, program, args) {
  if (isThisProcess(node)) {
    process.argv = [process.execPath, program, ...args];
    module.enableCompileCache(compileCache);
    await import(pathToFileURL(program).href);
    return;
  }
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env };
  const child = spawn(node, [program, ...args], { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to the child as well; the program takes two at once for one (cli/terminal/interrupts.ts).
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`${node} cannot be started: ${error.message}`);
    process.exitCode = 3;
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
