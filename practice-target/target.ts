/**
 * The practice target, a program: `node practice-target/target.ts [--port N]` (default 8089; 0: any free one). Listens on loopback only. Prints
 * one JSON line when it is ready, `{"url":"http://127.0.0.1:8089"}`, or `{"error":"...","message":"..."}` and exits with 1 when it cannot listen.
 * Started with a pipe as its standard input, it ends when the pipe does: it never outlives who started it.
 */
import { fstatSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createPracticeServer } from './server.ts';

const DEFAULT_PORT = 8089;

function portOf(args: string[]): number {
  const { values } = parseArgs({ args, options: { port: { type: 'string', default: String(DEFAULT_PORT) } } });
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new Error(`--port takes a whole number from 0 to 65535, not "${values.port}".`);
  }
  return port;
}

/** A terminal or /dev/null says nothing about who started this; a pipe does. */
function stdinIsPipe(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    return false;
  }
}

function fail(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'invalid_arguments';
  const message = error instanceof Error ? error.message : String(error);
  process.stdout.write(`${JSON.stringify({ error: code, message })}\n`, () => process.exit(1));
}

function main(): void {
  const server = createPracticeServer();
  server.once('error', fail);
  // As many users as a test has may connect at once.
  server.listen({ port: portOf(process.argv.slice(2)), host: '127.0.0.1', backlog: 4096 }, () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
  });
  if (stdinIsPipe()) {
    process.stdin.on('end', () => process.exit(0));
    process.stdin.on('error', () => process.exit(0));
    process.stdin.resume();
  }
}

try {
  main();
} catch (error) {
  fail(error);
}
