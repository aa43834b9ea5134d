/** Asks a tool for its version. */
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { EngineName } from './engine-program.ts';

/** A JVM on a busy machine takes its time. */
const ANSWER_MS_MAX = 60_000;

const pythonPackage = (name: string) => ({
  // Not by importing it: that takes a second.
  args: ['-c', `import importlib.metadata as m; print("version", m.version("${name}"))`],
  pattern: /^version (\S+)$/m,
});

/** How each is asked, and where in its answer the version stands. */
const questions: Record<EngineName, { args: string[]; pattern: RegExp }> = {
  taurus: pythonPackage('bzt'),
  locust: pythonPackage('locust'),
  // It would leave a log where it is started.
  jmeter: { args: ['--version', '-j', devNull], pattern: /(?:^| )(\d+\.\d+(?:\.\d+)?\S*)\s*$/m },
  k6: { args: ['version'], pattern: /^k6\S* v?(\d+\.\d+\.\d+\S*)/m },
};

const answered = new Map<string, string>();

/** Of the program at `path` (the Python of taurus and locust); null when it does not say. Each program is asked once. */
export function readVersion(name: EngineName, path: string, environment: NodeJS.ProcessEnv): string | null {
  const { args, pattern } = questions[name];
  try {
    // A newer installation is another folder behind the same link; a Python itself is a link to what all environments share.
    const key = `${name} ${join(realpathSync(dirname(path)), basename(path))}`;
    const known = answered.get(key);
    if (known !== undefined) return known;
    const answer = execFileSync(path, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: ANSWER_MS_MAX,
      cwd: tmpdir(),
      env: environment,
    });
    const version = pattern.exec(answer)?.[1] ?? null;
    if (version !== null) answered.set(key, version);
    return version;
  } catch {
    return null;
  }
}
