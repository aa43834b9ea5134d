/** Taurus and Locust: a Python environment of pinned packages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../run-program.ts';
import type { Progress, Recipe } from './recipe.ts';
import { recipeId } from './recipe-id.ts';
import { python } from './requirements.ts';

const requirementsPath = join(import.meta.dirname, 'taurus', 'requirements.txt');
const requirements = readFileSync(requirementsPath, 'utf8');

/** Version of a package that is pinned. */
function pinned(name: string): string {
  const [, version] = new RegExp(`^${name}==(\\S+)$`, 'm').exec(requirements) ?? [];
  if (version === undefined) throw new Error(`${requirementsPath} does not pin ${name}`);
  return version;
}

/** Makes a Python environment of the folder and installs there what pip is told. */
export async function makePythonEnvironment(
  folder: string,
  progress: Progress,
  ...pipArguments: string[]
): Promise<void> {
  const onLine = progress.line;
  progress.step('making a Python environment');
  await runProgram('python3', ['-m', 'venv', folder], { onLine });
  progress.step('fetching Python packages');
  const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...pipArguments];
  await runProgram(join(folder, 'bin', 'python'), install, { onLine });
}

export const taurusRecipe: Recipe = {
  name: 'taurus',
  title: 'Taurus with Locust',
  versions: { taurus: pinned('bzt'), locust: pinned('locust') },
  id: recipeId(requirements),
  requires: [python],
  build: (folder, progress) => makePythonEnvironment(folder, progress, '--requirement', requirementsPath),
};
