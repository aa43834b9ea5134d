/**
 * The program that tries a scenario: one user walks each of its flows once, and each request and response is told.
 *
 *     node worker/trial-main.ts < order
 *
 * `core/trial/trial-lines.ts` says what goes in and what comes out. It keeps nothing, and ends with its input.
 */
import { enableCompileCache } from 'node:module';
import { compileCacheFolder } from './compile-cache.ts';

// As for a task (main.ts).
enableCompileCache(compileCacheFolder);
const { runTrialProgram } = await import('./trial/trial-program.ts');

// Nobody reads any more.
process.stdout.on('error', () => process.exit(1));
const exitCode = await runTrialProgram(process.stdin, (line) => void process.stdout.write(line));
await new Promise<void>((resolve) => void process.stdout.write('', () => resolve()));
// Sockets may be left.
process.exit(exitCode);
