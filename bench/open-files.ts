/** Connections are files, of which a program may have only so many at a time. */
import { execFileSync } from 'node:child_process';

/** The command that runs `command` with as many open files as this user may give it. It keeps its process id. */
export function withOpenFiles(command: readonly string[]): string[] {
  return ['bash', '-c', 'ulimit -S -n "$(ulimit -H -n)" 2>/dev/null; exec "$@"', 'bash', ...command];
}

/** How many files a command of `withOpenFiles` may open. */
export function openFilesMax(): number {
  const [program = '', ...args] = withOpenFiles(['bash', '-c', 'ulimit -n']);
  const said = execFileSync(program, args, { encoding: 'utf8' }).trim();
  return said === 'unlimited' ? Number.POSITIVE_INFINITY : Number(said);
}
