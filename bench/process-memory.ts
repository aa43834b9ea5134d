/** What a program keeps in memory while it runs, seen from outside. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { withOpenFiles } from './open-files.ts';
import { pinned } from './pinned.ts';

export interface MemorySample {
  /** Milliseconds since the program was started. */
  atMs: number;
  residentBytes: number;
  /** The most there has been up to now; where the system does not keep it, of the samples. */
  peakBytes: number;
}

/**
 * Runs a command to its end on a core of its own, with as many open files as it may have, and looks at its resident memory every `everyMs`. That of
 * its children is not counted. Throws when it fails.
 */
export async function runWatched(
  command: readonly string[],
  core: number,
  everyMs: number,
): Promise<{ output: string; samples: MemorySample[] }> {
  const [program = '', ...args] = withOpenFiles(pinned(core, command));
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const startedAtMs = performance.now();
  const samples: MemorySample[] = [];
  const timer = setInterval(() => {
    const memory = child.pid === undefined ? null : memoryOf(child.pid);
    if (memory === null) return;
    const peakBytes = Math.max(memory.peakBytes, samples.at(-1)?.peakBytes ?? 0);
    samples.push({ atMs: performance.now() - startedAtMs, residentBytes: memory.residentBytes, peakBytes });
  }, everyMs);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${Buffer.concat(errors)}`);
  } finally {
    clearInterval(timer);
  }
  return { output: Buffer.concat(output).toString(), samples };
}

/** Null when the process has ended. `getrusage` would not do: a program inherits the peak of the one that started it. */
function memoryOf(pid: number): { residentBytes: number; peakBytes: number } | null {
  try {
    if (process.platform !== 'linux') {
      const residentBytes = 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
      return { residentBytes, peakBytes: residentBytes };
    }
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [resident, peak] = [/^VmRSS:\s*(\d+) kB/m, /^VmHWM:\s*(\d+) kB/m].map((line) => line.exec(status)?.[1]);
    if (resident === undefined || peak === undefined) return null;
    return { residentBytes: 1024 * Number(resident), peakBytes: 1024 * Number(peak) };
  } catch {
    return null;
  }
}
