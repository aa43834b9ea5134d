/** The files of the project: what git tracks, and what is new and not ignored. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Paths relative to `root`. In a folder without git of its own, `list` decides. */
export function projectFiles(root: string): string[] {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  return output
    .toString()
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));
}
