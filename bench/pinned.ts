/** Keeps a program on one core, so that what is measured side by side has the same to itself. */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

let hasTaskset: boolean | null = null;

/** Can programs be kept on a core here? Not on macOS, and not with a single core. */
export function canPin(): boolean {
  if (hasTaskset === null) {
    try {
      execFileSync('taskset', ['--version'], { stdio: 'ignore' });
      hasTaskset = availableParallelism() > 1;
    } catch {
      hasTaskset = false;
    }
  }
  return hasTaskset;
}

/** The command that runs `command` on core `core`, or anywhere where that cannot be chosen. */
export function pinned(core: number, command: readonly string[]): string[] {
  return canPin() ? ['taskset', '--cpu-list', String(core), ...command] : [...command];
}
