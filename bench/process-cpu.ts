/** What a program spends of a core: user and system time of its whole process, threads and children included. */
import { spawnSync } from 'node:child_process';
import { pinned } from './pinned.ts';

export interface Usage {
  userSeconds: number;
  systemSeconds: number;
}

/** Runs a command to its end on a core of its own, or on all of them when it is null. Throws when it fails. */
export function runMeasured(
  command: readonly string[],
  core: number | null,
  environment: NodeJS.ProcessEnv = process.env,
): { output: string; usage: Usage } {
  // The shell's `time` counts all that the process and its threads used.
  const line = [
    '-c',
    'TIMEFORMAT="cpu %U %S"; time "$@"',
    'bash',
    ...(core === null ? command : pinned(core, command)),
  ];
  const result = spawnSync('bash', line, { encoding: 'utf8', env: environment, maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) throw new Error(`${command.join(' ')} ended with ${result.status}: ${result.stderr}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(result.stderr) ?? [];
  return { output: result.stdout, usage: { userSeconds: Number(user), systemSeconds: Number(system) } };
}
