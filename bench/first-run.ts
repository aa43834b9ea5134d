/** Measures `npm start` from the command to the finished report, after the install. Prints one line of JSON. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const startedAt = performance.now();
const { status, stdout } = spawnSync('npm', ['start'], {
  cwd: join(import.meta.dirname, '..'),
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (status !== 0) throw new Error(`npm start ended with ${status}\n${stdout.toString().slice(-2000)}`);
console.log(JSON.stringify({ seconds: (performance.now() - startedAt) / 1000 }));
