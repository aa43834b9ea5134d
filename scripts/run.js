/** `node scripts/run.js PROGRAM [ARGUMENT...]`: installs what is missing, then runs a program of the project on the pinned Node. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOn } from '../cli/bin/pinned-node.js';
import { ensureInstalled } from './ensure-installed.js';

const EXIT_RUN_FAILED = 3;
const [program, ...args] = process.argv.slice(2);

function nodeOrNull() {
  try {
    return ensureInstalled(fileURLToPath(new URL('../', import.meta.url)));
  } catch (error) {
    console.error(error.message);
    return null;
  }
}

const node = nodeOrNull();
if (node === null || program === undefined) process.exitCode = EXIT_RUN_FAILED;
else await runOn(node, resolve(program), args);
