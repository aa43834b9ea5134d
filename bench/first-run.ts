/** Measures `npm start` on new data, from the command to the finished report, after the install. Prints one line of JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SECONDS_MAX = 180;
const FINISHED = /The target served /;

const home = mkdtempSync(join(tmpdir(), 'loadstar-first-run-'));
const startedAt = performance.now();
const child = spawn('npm', ['start'], {
  cwd: join(import.meta.dirname, '..'),
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, LOADSTAR_HOME: home, LOADSTAR_PORT: '0' },
  // A group of its own, to interrupt as a terminal does: npm passes no signal on.
  detached: true,
});
const ended = once(child, 'close');
const interrupt = () => process.kill(-(child.pid ?? 0), 'SIGINT');
const overdue = setTimeout(interrupt, SECONDS_MAX * 1_000);
let output = '';
let seconds: number | null = null;
child.stdout.on('data', (chunk: Buffer) => {
  output += chunk.toString();
  if (seconds !== null || !FINISHED.test(output)) return;
  seconds = (performance.now() - startedAt) / 1_000;
  interrupt();
});
await ended;
clearTimeout(overdue);
rmSync(home, { recursive: true, force: true });
if (seconds === null) throw new Error(`npm start brought no report within ${SECONDS_MAX} s\n${output.slice(-2000)}`);
console.log(JSON.stringify({ seconds }));
