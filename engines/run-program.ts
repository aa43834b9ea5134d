/** Runs programs of others. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const OUTPUT_KEPT_CHARS = 4_000;

export interface ProgramOptions {
  /** Beside the environment of this process. */
  env?: Record<string, string>;
  /** Gets every line that it prints. */
  onLine?: (line: string) => void;
}

/** Resolves when the program ended well; throws with the end of its output when it did not. */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        output = `${output}${line}\n`.slice(-OUTPUT_KEPT_CHARS);
        options.onLine?.(line);
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? signal}\n${output}`));
    });
  });
}
