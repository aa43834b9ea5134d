/** Starts the practice target as a process of its own, and ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Where the target listens when nothing else does. */
const PREFERRED_PORT = 8089;
const STOP_WAIT_MS = 2_000;

const targetProgram = join(import.meta.dirname, 'target.ts');

export interface PracticeTarget {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  url: string;
  pid: number;
  /** Ends it, under way or not; resolves when it has ended. A second call does nothing. */
  stop(): Promise<void>;
}

/** Starts it on `port` (default 8089), or on any free one when that is taken. Throws an `Error` when it cannot listen at all. */
export async function startPracticeTarget(options: { port?: number } = {}): Promise<PracticeTarget> {
  const port = options.port ?? PREFERRED_PORT;
  const first = await startOn(port);
  if ('url' in first) return first;
  const second = first.error === 'EADDRINUSE' || first.error === 'EACCES' ? await startOn(0) : first;
  if ('url' in second) return second;
  throw new Error(`The practice target could not start: ${second.message}`);
}

interface StartFailure {
  error: string;
  message: string;
}

async function startOn(port: number): Promise<PracticeTarget | StartFailure> {
  // A session of its own: Ctrl-C reaches the run first, which needs its target until its tasks have ended.
  const child = spawn(process.execPath, [targetProgram, '--port', String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const said = await firstLine(child);
  if (typeof said.url === 'string' && child.pid !== undefined) {
    return { url: said.url, pid: child.pid, stop: () => stop(child) };
  }
  await stop(child);
  return { error: String(said.error), message: String(said.message) };
}

/** The first line that it prints, as JSON; says why when it ended without one. */
async function firstLine(child: ChildProcess): Promise<Record<string, unknown>> {
  if (child.stdout === null) throw new Error('the target has no standard output');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ error: 'spawn', message: error.message }));
    lines.once('line', (line) => resolve(parseLine(line)));
    lines.once('close', () => resolve({ error: 'ended', message: 'it ended without a word' }));
  });
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { error: 'unreadable', message: `it printed: ${line}` };
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.destroy();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
  await exited;
  clearTimeout(timer);
}
