#!/usr/bin/env node
/** The command `loadstar`: runs cli/loadstar.ts on the pinned Node, whatever Node (20 or newer) runs this file. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, NODE_MAJOR_MIN, runOn } from './pinned-node.js';

const EXIT_RUN_FAILED = 3;
const root = fileURLToPath(new URL('../../', import.meta.url));

function refuse(message) {
  console.error(message);
  process.exitCode = EXIT_RUN_FAILED;
}

const node = findNode(root);
if (!existsSync(join(root, 'node_modules'))) {
  refuse(`Loadstar's packages are not installed. Run "npm start" or "npm install" in ${root} first.`);
} else if (node === null) {
  refuse(
    `Loadstar needs Node ${NODE_MAJOR_MIN}, which its package "node" brings along, but that is not installed; this is Node ${process.versions.node}.\n` +
      `Run "npm rebuild node" in ${root}, or install Node ${NODE_MAJOR_MIN} or newer.`,
  );
} else {
  await runOn(node, join(root, 'cli', 'loadstar.ts'), process.argv.slice(2));
}
