/**
 * Python packages that a Locust script needs beside Locust: those of the `requirements.txt` that came with it, put into the task's own folder
 * by the pip of the Python that runs it. What that Python has already is not fetched.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LoadstarError } from '../../core/errors.ts';
import type { WorkFolder } from './work-folder.ts';

const NAME = 'requirements.txt';
/** Packages come from an index that may be slow; a run does not wait much longer for its tasks to be ready. */
const PIP_MS_MAX = 90_000;
const OUTPUT_CHARACTERS_MAX = 64 * 1024;
const LINES_SHOWN = 8;

export interface RequirementsOptions {
  /** The Python that Locust runs in. */
  python: string;
  /** Of the Locust scripts, below the folder of files. */
  scripts: readonly string[];
  /** The worker's own: pip asks the index that it is configured for. */
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/**
 * Folder of the packages, for `PYTHONPATH`; null when no script has requirements: a file beside it, or at the top. Throws `task_failed` with what pip
 * said last.
 */
export async function installRequirements(folder: WorkFolder, options: RequirementsOptions): Promise<string | null> {
  const places = new Set(options.scripts.flatMap((script) => [join(folder.files, dirname(script)), folder.files]));
  const files = [...places].map((place) => join(place, NAME)).filter((path) => existsSync(path));
  if (files.length === 0) return null;
  const target = join(folder.root, 'python-packages');
  const args = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--no-warn-script-location'];
  const { code, output } = await runPip(options, folder, [
    ...args,
    '--target',
    target,
    ...files.flatMap((path) => ['--requirement', path]),
  ]);
  if (code === 0 || options.signal.aborted) return target;
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('[notice]'));
  const told = lines.slice(-LINES_SHOWN).join('\n');
  throw new LoadstarError('task_failed', `the packages of ${NAME} could not be installed. pip said last:\n${told}`);
}

function runPip(
  { environment, python, signal }: RequirementsOptions,
  { files, temporary }: WorkFolder,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const pip = spawn(python, args, {
      cwd: files,
      env: { ...environment, TMPDIR: temporary, PYTHONNOUSERSITE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(PIP_MS_MAX)]),
      killSignal: 'SIGKILL',
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARACTERS_MAX);
    };
    pip.stdout.on('data', take);
    pip.stderr.on('data', take);
    pip.once('error', (error) => {
      if (signal.aborted) resolve({ code: null, output });
      else if (error.name === 'AbortError')
        resolve({ code: null, output: `${output}\nit took longer than ${PIP_MS_MAX / 1_000} s` });
      else reject(new LoadstarError('task_failed', `pip could not be started: ${error.message}`, { cause: error }));
    });
    pip.once('close', (code) => resolve({ code, output }));
  });
}
